import * as z from "zod";
import { defineStep } from "../../lib/index.ts";
import { VideoPublished } from "./events.ts";

const ScriptScene = z.object({ heading: z.string(), narration: z.string() });

export const Script = z.object({
  title: z.string(),
  scenes: z.array(ScriptScene).min(1).max(12),
});

/** What a picture is made of; a number in [0, 1) stands for every choice that is a matter of taste. */
export const StoryboardScene = z.object({
  number: z.int().min(1),
  heading: z.string(),
  caption: z.string(),
  setting: z.enum(["hills", "waves", "city", "orbit"]),
  hue: z.number().min(0).max(360),
  seed: z.number().min(0).lt(1),
  seconds: z.number().positive(),
});

export const Storyboard = z.object({ title: z.string(), scenes: z.array(StoryboardScene).min(1).max(12) });

export const Frame = z.object({ image: z.string(), seconds: z.number() });

export const Film = z.object({ title: z.string(), film: z.string(), seconds: z.number(), bytes: z.int() });

export const writeScript = defineStep("write-script", {
  input: z.object({ topic: z.string(), scenes: z.int() }),
  output: Script,
  timeout: "2 minutes",
  model: "default",
});

export const drawStoryboard = defineStep("draw-storyboard", {
  input: z.object({ script: Script }),
  output: Storyboard,
  timeout: "30 seconds",
});

export const renderFrame = defineStep("render-frame", {
  input: StoryboardScene,
  output: Frame,
  timeout: "2 minutes",
  retry: { attempts: 4, backoff: "2 seconds" },
  concurrency: 20,
  memory: 1024,
  artifacts: "write",
});

export const renderFilm = defineStep("render-film", {
  input: z.object({ title: z.string(), frames: z.array(Frame).min(1) }),
  output: Film,
  timeout: "10 minutes",
  memory: 2048,
  artifacts: "read and write",
});

export const publish = defineStep("publish", {
  input: z.object({ videoId: z.string(), film: Film }),
  output: z.object({ film: z.string() }),
  timeout: "1 minute",
  artifacts: "read and write",
  emits: [VideoPublished],
});
