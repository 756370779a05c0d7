import type { ReactionSpec } from "../lib/index.ts";
import { VideoRequested } from "./video/events.ts";
import { produceVideo } from "./video/produce-video.ts";
import { withdrawVideo } from "./video/withdraw-video.ts";

/** Every workflow that is deployed, and that the command line knows. */
export const workflows = [produceVideo, withdrawVideo];

/** Every reaction that is. */
export const reactions: readonly ReactionSpec[] = [];

/** The event that shows a newcomer what happens. */
export const welcome = {
  event: VideoRequested,
  payload: { videoId: "first-film", topic: "the long journey of a river", length: "short", style: "calm" },
};
