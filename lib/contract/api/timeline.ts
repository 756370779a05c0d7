import * as z from "zod";
import { Time } from "./common.ts";

/** A period of an effect or a wait of a run. */
export const TimelineBar = z
  .object({
    path: z.string(),
    kind: z.enum(["queued", "running", "backoff", "waiting", "person", "deferred"]).meta({
      description:
        "queued: before the first attempt. backoff: between two attempts. waiting: for an event or a run. person: for a decision",
    }),
    outcome: z.enum(["done", "failed"]).optional().meta({ description: "Of an attempt that ended" }),
    from: Time,
    to: Time.optional().meta({ description: "Absent while it continues" }),
    attempt: z.int(),
  })
  .meta({ id: "TimelineBar" });
export type TimelineBar = z.infer<typeof TimelineBar>;
export const Timeline = z.object({ bars: z.array(TimelineBar) }).meta({ id: "Timeline" });
