import { compareRuns } from "./one-at-a-time.ts";

/**
 * The calls and writes of a run with three steps at the same time between two others: with a function for each step, in
 * a pool with a message for each, in one message, and without an execution.
 */
await compareRuns("a run of five steps, three of them at once", {
  "a function for each step": "branches",
  "a pool, a message for each step": "branches-apart",
  "a pool, one message": "branches-pooled",
  express: "branches-express",
});
