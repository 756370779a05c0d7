import { worker } from "../../../../lambdas/runtime/index.ts";
import { think } from "./help.ts";

/** In place of a model: it asks for a refund, and then reports what came of it. */
export const handler = worker(think, ({ text, results }) =>
  results.length === 0
    ? { call: "refund" as const, refund: { order: text, cents: 500 } }
    : { call: "none" as const, reply: JSON.stringify(results) },
);
