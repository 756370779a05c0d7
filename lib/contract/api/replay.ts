import * as z from "zod";
import { OrderView, Said, Time } from "./common.ts";

/** Events of the archive that were delivered once more, and what became of them. */
export const ReplayView = z
  .object({
    replay: z.string(),
    ordered: OrderView,
    from: Time,
    to: Time,
    subscribers: z.array(z.string()),
    events: z.array(z.string()),
    again: z.boolean(),
    dry: z.boolean(),
    counts: z
      .record(z.string(), z.int())
      .meta({ description: "Deliveries, by subscriber and outcome: produce-video duplicate" }),
    cancelled: OrderView.optional(),
    state: z
      .enum(["starting", "running", "cancelling", "completed", "cancelled", "failed", "unknown"])
      .optional()
      .meta({ description: "As EventBridge says; of one replay alone, not in lists" }),
    reason: z.string().optional().meta({ description: "Why it failed" }),
    deliveredUntil: Time.optional().meta({ description: "What was published before has been delivered" }),
    endedAt: Time.optional(),
  })
  .meta({ id: "Replay" });
export type ReplayView = z.infer<typeof ReplayView>;

export const OrderReplay = Said.extend({
  subscriber: z.string().optional(),
  run: z.string().optional(),
  all: z.literal(true).optional(),
  from: Time.optional().meta({ description: "Not of a run" }),
  to: Time.optional().meta({ description: "Not of a run" }),
  events: z.array(z.string()).optional().meta({ description: "Default: all that the subscribers take" }),
  again: z.boolean().optional().meta({ description: "Does once more what has been done" }),
  dry: z.boolean().optional().meta({ description: "Only counts" }),
}).meta({ id: "OrderReplay" });
