import { defineWorkflow } from "../../lib/index.ts";
import { VideoWithdrawn } from "./events.ts";
import { takeDown } from "./steps.ts";

/** Takes a film back that is out. One that is still being made is given up by its own run. */
export const withdrawVideo = defineWorkflow("withdraw-video", {
  on: VideoWithdrawn,
  deadline: "7 days",
  run: (w, { videoId }) => w.step(takeDown, { videoId }),
});
