import { compareRuns } from "./one-at-a-time.ts";

/** The calls and writes of a run with two steps for each of twenty items: with a message for each step, for each item, and for all items. */
await compareRuns("a run of twenty items with two steps each", {
  "a function for each step": "list",
  "a pool, a message for each item": "list-apart",
  "a pool, one message": "list-pooled",
});
