import { defineWorkflow } from "../../lib/index.ts";
import { VideoRequested } from "./events.ts";
import { drawStoryboard, publish, renderFilm, renderFrame, writeScript } from "./steps.ts";

/** From a topic to a film: every stage is a queue stage, and a person has the last word. */
export const produceVideo = defineWorkflow("produce-video", {
  on: VideoRequested,
  deadline: "2 days",
  run: (w, video) => {
    const script = w.step(writeScript, { topic: video.topic, scenes: video.scenes });
    const board = w.step(drawStoryboard, { script });
    const frames = w.each(board.scenes, renderFrame, { concurrency: 10 });
    const film = w.step(renderFilm, { title: board.title, frames });
    const review = w.approval("editor", { show: { film }, within: "1 day", otherwise: "escalate" });
    const published = w.when(review.approved, () => w.step(publish, { videoId: video.videoId, film }));
    return { review, film, published };
  },
});
