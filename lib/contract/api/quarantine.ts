import * as z from "zod";
import { ActionView, Fields, Said, Time } from "./common.ts";

/** An event that was not admitted, with the reason. */
export const QuarantineView = z
  .object({
    id: z.string(),
    subscriber: z.string(),
    reason: z.enum(["contract", "unknown-version", "contradiction", "not-an-event", "loop"]),
    findings: z.array(z.object({ path: z.string(), message: z.string(), value: z.string().optional() })),
    name: z.string(),
    source: z.string(),
    quarantinedAt: Time,
    body: z.string().optional().meta({ description: "The event as it arrived; omitted in lists" }),
    resolved: ActionView.extend({ as: z.enum(["released", "discarded"]) }).optional(),
  })
  .meta({ id: "Quarantined" });
export type QuarantineView = z.infer<typeof QuarantineView>;

export const ResolveEvent = Said.extend({
  payload: Fields.optional().meta({ description: "Replaces the payload; only for a release" }),
  version: z
    .int()
    .min(1)
    .optional()
    .meta({ description: "Contract version of the payload; only for a release" }),
}).meta({ id: "ResolveEvent" });
