import * as z from "zod";
import { defineEvent, upcast } from "../../lib/index.ts";

const videoId = z.string().min(1).max(100);
const topic = z.string().min(1).max(200);

/** The subject, audience, length and style of a film. */
export const Brief = z.object({
  topic,
  audience: z.string().min(1).max(100).default("everyone"),
  length: z.enum(["short", "medium", "long"]).default("short"),
  style: z.enum(["calm", "bold", "playful", "plain"]).default("calm"),
  /** By default, the length determines the number. */
  scenes: z.int().min(1).max(12).optional(),
});
export type Brief = z.infer<typeof Brief>;

/** The payload of older producers: a topic and a number of scenes. */
export const VideoRequested1 = defineEvent("video.requested", {
  version: 1,
  schema: z.object({ videoId, topic, scenes: z.int().min(1).max(12).default(4) }),
  identity: (video) => video.videoId,
});

/** A film is requested. The same videoId is the same request, however often it is sent. */
export const VideoRequested = defineEvent("video.requested", {
  version: 2,
  schema: z.object({ videoId, ...Brief.shape }),
  identity: (video) => video.videoId,
  earlier: upcast(VideoRequested1, (video) => video),
});

/** A film has been published. */
export const VideoPublished = defineEvent("video.published", {
  version: 1,
  schema: z.object({
    videoId: z.string(),
    title: z.string(),
    film: z.string().startsWith("s3://"),
    seconds: z.number(),
    /** Absent for films that were published before pages existed. */
    page: z.string().startsWith("s3://").optional(),
    captions: z.string().startsWith("s3://").optional(),
    /** The cost of model calls. */
    usd: z.number().min(0).optional(),
    /** From the request to the publication. */
    tookSeconds: z.number().min(0).optional(),
  }),
  identity: (video) => video.videoId,
});

/** Withdraws a film: cancels its production, or removes the published film. A second withdrawal has no effect. */
export const VideoWithdrawn = defineEvent("video.withdrawn", {
  version: 1,
  schema: z.object({ videoId, why: z.string().min(1).max(500) }),
  key: (video) => video.videoId,
});
