import * as z from "zod";
import { ActionView, PageQuery, Said, Time } from "./common.ts";

/** A dead letter. */
export const DeadLetterView = z
  .object({
    id: z.string(),
    subscriber: z.string(),
    purpose: z.enum(["event", "step", "reaction", "question", "wait", "command", "ending", "other"]),
    step: z.string().optional(),
    run: z.string().optional(),
    epoch: z.int().optional(),
    path: z.string().optional(),
    event: z.object({ id: z.string(), name: z.string() }).optional(),
    body: z
      .string()
      .optional()
      .meta({ description: "The original message without its task token; omitted in lists" }),
    edited: z.string().optional(),
    receives: z.int(),
    reason: z.string(),
    sentAt: Time,
    diedAt: Time,
    resolved: ActionView.extend({ as: z.enum(["redriven", "discarded"]) }).optional(),
  })
  .meta({ id: "DeadLetter" });
export type DeadLetterView = z.infer<typeof DeadLetterView>;

export const DeadLetterQuery = PageQuery.extend({ subscriber: z.string().optional() });

export const ResolveDeadLetter = Said.extend({
  body: z.string().max(1_000_000).optional().meta({ description: "Replaces the message" }),
}).meta({ id: "ResolveDeadLetter" });

export const ResolveDeadLetters = Said.extend({
  subscriber: z.string().optional().meta({ description: "Default: all" }),
  rate: z.int().min(1).max(1_000).optional().meta({ description: "Messages per second. Default: 10" }),
}).meta({ id: "ResolveDeadLetters" });
