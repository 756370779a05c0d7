import { defineWorkflow } from "../../lib/index.ts";
import { VideoWithdrawn } from "./events.ts";
import { takeDown } from "./steps.ts";

/** Withdraws a published film. The run of a film in production is cancelled. */
export const withdrawVideo = defineWorkflow("withdraw-video", {
  on: VideoWithdrawn,
  deadline: "7 days",
  run: (w, { videoId }) => w.step(takeDown, { videoId }),
});
