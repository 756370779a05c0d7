import type { ReactionSpec } from "../lib/index.ts";
import { VideoRequested } from "./video/events.ts";
import { produceVideo } from "./video/produce-video.ts";
import { withdrawVideo } from "./video/withdraw-video.ts";

/** Every workflow that is deployed and known to the command line. */
export const workflows = [produceVideo, withdrawVideo];

/** Every deployed reaction. */
export const reactions: readonly ReactionSpec[] = [];

/** An example event for newcomers. */
export const welcome = {
  event: VideoRequested,
  payload: { videoId: "first-film", topic: "the long journey of a river", length: "short", style: "calm" },
};
