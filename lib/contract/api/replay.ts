import * as z from "zod";
import { ActionView, Said, Time } from "./common.ts";

/** A replay of archived events, and its outcomes. */
export const ReplayView = z
  .object({
    replay: z.string(),
    requested: ActionView,
    from: Time,
    to: Time,
    subscribers: z.array(z.string()),
    events: z.array(z.string()),
    again: z.boolean(),
    dry: z.boolean(),
    counts: z
      .record(z.string(), z.int())
      .meta({ description: "Deliveries, by subscriber and outcome: produce-video duplicate" }),
    cancelled: ActionView.optional(),
    state: z
      .enum(["starting", "running", "cancelling", "completed", "cancelled", "failed", "unknown"])
      .optional()
      .meta({ description: "State in EventBridge; only for a single replay, omitted in lists" }),
    reason: z.string().optional().meta({ description: "Why it failed" }),
    deliveredUntil: Time.optional().meta({ description: "Events published before this time are delivered" }),
    endedAt: Time.optional(),
  })
  .meta({ id: "Replay" });
export type ReplayView = z.infer<typeof ReplayView>;

export const StartReplay = Said.extend({
  subscriber: z.string().optional(),
  run: z.string().optional(),
  all: z.literal(true).optional(),
  from: Time.optional().meta({ description: "Not allowed with run" }),
  to: Time.optional().meta({ description: "Not allowed with run" }),
  events: z.array(z.string()).optional().meta({ description: "Default: all events of the subscribers" }),
  again: z.boolean().optional().meta({ description: "Restarts completed work" }),
  dry: z.boolean().optional().meta({ description: "Dry run: only counts" }),
}).meta({ id: "StartReplay" });
