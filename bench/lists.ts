import { compareRuns } from "./one-at-a-time.ts";

/** What a run calls and writes that does two steps for each of twenty items: with a message for each step, each item, and all. */
await compareRuns("a run of twenty items with two steps each", {
  "a function for each step": "list",
  "a pool, a message for each item": "list-apart",
  "a pool, one message": "list-pooled",
});
