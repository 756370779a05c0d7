import * as z from "zod";

/** How far a run is at a node of its workflow's graph. */
export const NodeState = z
  .object({
    state: z.enum(["idle", "waiting", "running", "done", "failed", "undone", "skipped"]),
    count: z.int().meta({ description: "How often it started: once for each item of an each" }),
    done: z.int(),
    failed: z.int(),
    attempts: z.int(),
    durationMs: z.number().optional().meta({
      description: "Time in its handler: all attempts together; the average, where it ran several times",
    }),
    items: z
      .object({ count: z.int(), waiting: z.int(), running: z.int(), failed: z.int(), done: z.int() })
      .optional()
      .meta({ description: "The items of an each, or the rounds of a repeat, by state" }),
    costUsd: z.number().optional(),
  })
  .meta({ id: "NodeState" });
export type NodeState = z.infer<typeof NodeState>;
