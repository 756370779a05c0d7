import { correlatedKey, feedKey } from "../../../lib/contract/keys.ts";
import type {
  ClaimItem,
  CorrelatedItem,
  FeedChange,
  FeedItem,
  LogItem,
  RunItem,
} from "../../../lib/contract/table.ts";
import { entriesOf } from "./entries.ts";
import type { ToldChange } from "./told.ts";

/** How long the feed is kept: who has looked away for longer begins anew. */
const FEED_SECONDS = 60 * 60;

export type JournalItem = LogItem | CorrelatedItem | FeedItem;

/**
 * What a batch of changes adds to the log: their entries, which runs belong to which outside event, and one item for those
 * who look on. No two of a key. `now` (epoch milliseconds) is when the batch is seen, and of use for the feed alone.
 */
export function journalOf(changes: readonly ToldChange[], now: number, retentionDays: number): JournalItem[] {
  const entries = changes.flatMap((change) => entriesOf(change, retentionDays));
  const items = [...entries, ...changes.flatMap(correlatedOf), ...feedOf(changes, now)];
  return [...new Map(items.map((item) => [`${item.pk}|${item.sk}`, item])).values()];
}

/** A run, or a handling, comes up for the first time. */
function correlatedOf({ before, after }: ToldChange): CorrelatedItem[] {
  if (before) return [];
  if (after.kind === "run") return [correlated(after, after.event.correlation, after.acceptedAt)];
  return after.kind === "claim" && after.handled
    ? [correlated(after, after.correlation, after.startedAt)]
    : [];
}

function correlated(
  { run, workflow, expiresAt }: Pick<RunItem | ClaimItem, "run" | "workflow" | "expiresAt">,
  correlation: string,
  changedAt: string,
): CorrelatedItem {
  const about = { kind: "correlated", correlation, run, workflow } as const;
  return { ...correlatedKey(correlation, run), ...about, revision: 1, changedAt, expiresAt };
}

function feedOf(changes: readonly ToldChange[], now: number): FeedItem[] {
  const seen = changes.flatMap(({ after, told }) => told.map(({ event }) => ({ after, event })));
  if (seen.length === 0) return [];
  const changedAt = new Date(now).toISOString();
  return [
    {
      ...feedKey(changedAt, seen[0]!.event.id),
      kind: "feed",
      changes: seen.map(({ after, event: { name, time, subject } }) => ({
        ...{ name, at: time, run: subject },
        ...placeOf(after),
      })),
      revision: 1,
      changedAt,
      expiresAt: Math.ceil(now / 1000) + FEED_SECONDS,
    },
  ];
}

function placeOf(item: ToldChange["after"]): Pick<FeedChange, "run" | "workflow" | "status" | "path"> {
  switch (item.kind) {
    case "run":
      return { run: item.run, workflow: item.workflow, status: item.status };
    case "claim":
    case "approval":
    case "parked":
    case "waiter":
      return { run: item.run, workflow: item.workflow, path: item.path };
    default:
      return {};
  }
}
