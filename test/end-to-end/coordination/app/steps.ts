import * as z from "zod";
import { defineBreaker, defineStep } from "../../../../lib/index.ts";

const Made = z.object({ text: z.string() });
const Making = z.object({
  what: z.string(),
  of: z.array(z.string()).default([]),
  seconds: z.number().default(0),
});
const retry = { attempts: 2, backoff: "2 seconds" } as const;

/** Makes something of other things: "layout(text,picture)". */
export const make = defineStep("make", {
  input: Making,
  output: Made,
  timeout: "5 minutes",
  retry,
  concurrency: 100,
});

/** Takes back what was made. */
export const discard = defineStep("discard", {
  input: z.object({ input: Making, output: Made }),
  output: z.null(),
  timeout: "1 minute",
  retry,
});

/** Says how good a text is. */
export const judge = defineStep("judge", {
  input: z.object({ text: z.string(), round: z.int() }),
  output: z.object({ score: z.int() }),
  timeout: "1 minute",
  retry,
});

const printer = defineBreaker("printer", { failures: 4, cooldown: "10 minutes" });

/** Asks the printing house, which is not always there. */
export const print = defineStep("print", {
  input: Making,
  output: Made,
  timeout: "1 minute",
  retry,
  concurrency: 100,
  breaker: printer,
});

/** Buys pictures within the budget. What is paid twice is lost. */
export const buy = defineStep("buy", {
  input: z.object({ what: z.string(), usd: z.number() }),
  output: Made,
  timeout: "1 minute",
  retry,
  onLeaseExpiry: "ask",
});
