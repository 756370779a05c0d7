import type { FeedChange } from "./types.ts";

type Key = readonly string[];

const ATTENTION: Key = ["attention"];
const WAITING: Key = ["attention", "waiting"];
const DEAD_LETTERS: readonly Key[] = [["dead-letters"], ["dead-letter"]];

/** The queries with a new answer after a change, by the first word of its name. */
const BY_SUBJECT: Record<string, readonly Key[]> = {
  run: [ATTENTION, ["queues"]],
  approval: [["approvals"], WAITING],
  escalation: [["approvals"]],
  wait: [WAITING],
  "dead-letter": DEAD_LETTERS,
  event: [["quarantine"], ["quarantined"]],
  breaker: [["breakers"]],
  delivery: [["deliveries"], ["queues"]],
  replay: [["replays"]],
};

/** And by its whole name, in addition. */
const BY_NAME: Record<string, readonly Key[]> = {
  "delivery.overdue": [ATTENTION],
  "delivery.dead-lettered": DEAD_LETTERS,
  "run.stuck": DEAD_LETTERS,
};

/**
 * The queries that have a new answer after these changes: the prefixes of their keys. Lists of runs are not
 * among them: they are patched in place, since a reader may have loaded many pages of them.
 */
export function queriesToRefetch(changes: readonly FeedChange[]): Key[] {
  const keys = changes.flatMap(({ name, run }) => [
    ...(run === undefined ? [] : [["run", run]]),
    ...(BY_SUBJECT[name.split(".")[0]!] ?? []),
    ...(BY_NAME[name] ?? []),
  ]);
  return [...new Map(keys.map((key) => [key.join("/"), key])).values()];
}
