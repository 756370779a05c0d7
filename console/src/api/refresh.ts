import type { FeedChange } from "./types.ts";

/**
 * The queries that have a new answer after these changes: the prefixes of their keys. Lists of runs are not
 * among them: they are patched in place, since a reader may have loaded many pages of them.
 */
export function questionsToAskAgain(changes: readonly FeedChange[]): string[][] {
  const keys = new Map<string, string[]>();
  const add = (...key: string[]) => keys.set(key.join("/"), key);
  for (const { name, run } of changes) {
    if (run !== undefined) add("run", run);
    const subject = name.split(".")[0];
    if (subject === "run" || name === "delivery.overdue") add("attention");
    if (subject === "approval" || subject === "escalation") add("approvals");
    if (subject === "approval" || subject === "wait") add("attention", "waiting");
    if (subject === "dead-letter" || name === "delivery.dead-lettered" || name === "run.stuck") {
      add("dead-letters");
      add("dead-letter");
    }
    if (subject === "event") {
      add("quarantine");
      add("quarantined");
    }
    if (subject === "breaker") add("breakers");
    if (subject === "delivery") add("deliveries");
    if (subject === "replay") add("replays");
    if (subject === "run" || subject === "delivery") add("queues");
  }
  return [...keys.values()];
}
