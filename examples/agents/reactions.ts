import { defineReaction } from "../../lib/index.ts";
import { TaskSettled } from "./events.ts";

/** Records the agents' performance, which the router reads. */
export const noteOutcome = defineReaction("note-outcome", {
  on: TaskSettled,
  timeout: "20 seconds",
  retry: { attempts: 10, backoff: "2 seconds" },
});
