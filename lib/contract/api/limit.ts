import * as z from "zod";
import { Time } from "./common.ts";

/** A limit that workflows share. */
export const SharedLimitView = z
  .object({
    limit: z.string(),
    byKey: z.boolean().meta({ description: "Whether each key has places of its own" }),
    usedBy: z.array(z.string()).meta({ description: "Workflows that share it" }),
  })
  .meta({ id: "SharedLimit" });
export type SharedLimitView = z.infer<typeof SharedLimitView>;

const LimitedRun = z.object({ run: z.string(), workflow: z.string(), key: z.string() });

/** Who has the places of a shared limit, and who waits for one. */
export const LimitLaneView = z
  .object({
    places: z.array(LimitedRun.extend({ since: Time })),
    waiting: z.array(LimitedRun).meta({ description: "The first 100, by key and in their order" }),
    next: Time.optional().meta({ description: "When the next start is free, if starts are limited" }),
  })
  .meta({ id: "LimitLane" });
export type LimitLaneView = z.infer<typeof LimitLaneView>;
