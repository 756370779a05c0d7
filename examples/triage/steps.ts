import * as z from "zod";
import { defineStep } from "../../lib/index.ts";

export const CATEGORIES = ["billing", "access", "delivery", "defect"] as const;

export const Sorted = z.object({
  category: z.enum(CATEGORIES),
  /** Hours in which the customer expects an answer. */
  hours: z.number(),
  reply: z.string(),
});

export const sortTicket = defineStep("sort-ticket", {
  input: z.object({ subject: z.string(), text: z.string() }),
  output: Sorted,
  timeout: "1 minute",
  model: "default",
});
