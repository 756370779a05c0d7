import { defineReaction } from "../../lib/index.ts";
import { TaskSettled } from "./events.ts";

/** Keeps the books on agents, which the router reads. */
export const noteOutcome = defineReaction("note-outcome", {
  on: TaskSettled,
  timeout: "20 seconds",
  retry: { attempts: 10, backoff: "2 seconds" },
});
