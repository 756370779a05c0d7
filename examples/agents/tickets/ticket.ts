import * as z from "zod";
import type { Payload } from "../protocol.ts";

/** The payload of a "support-ticket" task. */
export const Ticket = z.object({
  subject: z.string(),
  text: z.string(),
  plan: z.enum(["free", "team", "business"]).default("free"),
});
export type Ticket = z.infer<typeof Ticket>;

export function ticketOf(payload: Payload): Ticket {
  return Ticket.parse(payload);
}

export function textOf({ subject, text }: Pick<Ticket, "subject" | "text">): string {
  return `${subject}. ${text}`;
}
