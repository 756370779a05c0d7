import * as z from "zod";
import { defineEvent } from "../../lib/index.ts";

/** Somebody wants a film. The same videoId is the same wish, however often it is sent. */
export const VideoRequested = defineEvent("video.requested", {
  version: 1,
  schema: z.object({
    videoId: z.string().min(1).max(100),
    topic: z.string().min(1).max(200),
    scenes: z.int().min(1).max(12).default(4),
  }),
  identity: (video) => video.videoId,
});

/** A film is out. */
export const VideoPublished = defineEvent("video.published", {
  version: 1,
  schema: z.object({
    videoId: z.string(),
    title: z.string(),
    film: z.string().startsWith("s3://"),
    seconds: z.number(),
  }),
  identity: (video) => video.videoId,
});
