import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow } from "../../lib/index.ts";

/** A film made from a topic: every construct once, as an author would write it. */
export const VideoRequested = defineEvent("video.requested", {
  version: 1,
  schema: z.object({ videoId: z.string(), topic: z.string(), scenes: z.int().min(1).max(12) }),
  identity: (video) => video.videoId,
});

export const VideoPublished = defineEvent("video.published", {
  version: 1,
  schema: z.object({ videoId: z.string(), uri: z.string() }),
  identity: (video) => video.videoId,
});

const Script = z.object({ title: z.string(), lines: z.array(z.string()) });
const Scene = z.object({ line: z.string(), seconds: z.number() });
const Frame = z.object({ uri: z.string() });
const Film = z.object({ uri: z.string(), seconds: z.number() });

export const writeScript = defineStep("write-script", {
  input: z.object({ topic: z.string(), scenes: z.int() }),
  output: Script,
  timeout: "2 minutes",
});

export const drawStoryboard = defineStep("draw-storyboard", {
  input: z.object({ script: Script }),
  output: z.object({ scenes: z.array(Scene).max(12) }),
  timeout: "2 minutes",
});

export const renderFrame = defineStep("render-frame", {
  input: Scene,
  output: Frame,
  timeout: "2 minutes",
  retry: { attempts: 4, backoff: "2 seconds", maxDelay: "1 minute" },
  concurrency: 20,
  artifacts: "write",
});

export const renderFilm = defineStep("render-film", {
  input: z.object({ frames: z.array(Frame) }),
  output: Film,
  timeout: "10 minutes",
  retry: { attempts: 1, backoff: "1 second" },
  artifacts: "read and write",
});

export const publish = defineStep("publish", {
  input: z.object({ videoId: z.string(), film: Film }),
  output: z.object({ uri: z.string() }),
  timeout: "1 minute",
  onLeaseExpiry: "ask",
  emits: [VideoPublished],
});

export const produceVideo = defineWorkflow("produce-video", {
  on: VideoRequested,
  deadline: "2 days",
  run: (w, video) => {
    const script = w.step(writeScript, { topic: video.topic, scenes: video.scenes });
    const board = w.step(drawStoryboard, { script });
    const frames = w.each(board.scenes, renderFrame, { concurrency: 8 });
    const film = w.step(renderFilm, { frames });
    const review = w.approval("editor", { show: { film }, within: "1 day", otherwise: "escalate" });
    const published = w.when(review.approved, () => w.step(publish, { videoId: video.videoId, film }));
    return { film, published };
  },
});
