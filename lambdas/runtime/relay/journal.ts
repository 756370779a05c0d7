import { keyText } from "../../../lib/contract/keys/item-key.ts";
import { feedKey } from "../../../lib/contract/keys/log.ts";
import { FEED_SECONDS } from "../../../lib/contract/log/feed.ts";
import { pack, type StoredLog } from "../../../lib/contract/log/log-pack.ts";
import type { CorrelatedItem, FeedItem, TableItem } from "../../../lib/contract/table.ts";
import type { ChangeWithEvents } from "./change-events.ts";
import { entriesOf } from "./entries.ts";
import { kindOf } from "./kinds.ts";

export type JournalItem = StoredLog | CorrelatedItem | FeedItem;

/**
 * The additions of a batch of changes to the log: their entries, packed, and which runs belong to which
 * outside event. Keys are unique. If there are viewers, one more item, with the time at which the batch is
 * seen (epoch milliseconds).
 * @param recorded the subscribers whose deliveries are recorded
 */
export function journalOf(
  changes: readonly ChangeWithEvents[],
  retentionDays: number,
  feedAt: number | undefined,
  recorded: ReadonlySet<string>,
): JournalItem[] {
  const entries = pack(changes.flatMap((change) => entriesOf(change, retentionDays)));
  const feed = feedAt === undefined ? [] : feedOf(changes, feedAt);
  const items = [
    ...entries,
    ...changes.flatMap(({ before, after }) => correlatedOf(before, after, recorded)),
    ...feed,
  ];
  return [...new Map(items.map((item) => [keyText(item), item])).values()];
}

/** The first change of a run, or of a reaction run. */
function correlatedOf(
  before: TableItem | undefined,
  after: TableItem,
  recorded: ReadonlySet<string>,
): CorrelatedItem[] {
  return (!before && kindOf(after).correlations?.(after, recorded)) || [];
}

function feedOf(changes: readonly ChangeWithEvents[], now: number): FeedItem[] {
  const seen = changes.flatMap(({ after, events }) => events.map(({ event }) => ({ after, event })));
  if (seen.length === 0) return [];
  const changedAt = new Date(now).toISOString();
  return [
    {
      ...feedKey(changedAt, seen[0]!.event.id),
      kind: "feed",
      changes: seen.map(({ after, event: { name, time, subject } }) => ({
        name,
        at: time,
        run: subject,
        ...kindOf(after).feed?.(after),
      })),
      revision: 1,
      changedAt,
      expiresAt: Math.ceil(now / 1000) + FEED_SECONDS,
    },
  ];
}
