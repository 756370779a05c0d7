import { keyText } from "../../../lib/contract/keys/item-key.ts";
import { correlatedKey, feedKey } from "../../../lib/contract/keys/log.ts";
import { FEED_SECONDS } from "../../../lib/contract/log/feed.ts";
import { pack, type StoredLog } from "../../../lib/contract/log/log-pack.ts";
import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import type {
  ArrivedEvent,
  ClaimItem,
  CorrelatedItem,
  FeedChange,
  FeedItem,
  RunItem,
} from "../../../lib/contract/table.ts";
import type { ChangeWithEvents } from "./change-events.ts";
import { entriesOf } from "./entries.ts";

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
  const items = [...entries, ...changes.flatMap((change) => correlatedOf(change, recorded)), ...feed];
  return [...new Map(items.map((item) => [keyText(item), item])).values()];
}

/**
 * The first change of a run, or of a reaction run. A run is recorded in the deliveries of its events, if its workflow's
 * deliveries are recorded: so it is found by the event with which a correlation begins.
 */
function correlatedOf({ before, after }: ChangeWithEvents, recorded: ReadonlySet<string>): CorrelatedItem[] {
  if (before) return [];
  if (after.kind === "run") {
    const { event, events, workflow } = after;
    const delivered = recorded.has(workflow) ? (events ?? [event]).filter(isFirst) : [];
    const others = [event, ...(events ?? [])].filter((one) => !delivered.includes(one));
    const correlations = new Set(others.map(({ correlation }) => correlation));
    return [...correlations].map((correlation) => correlated(after, correlation, after.acceptedAt));
  }
  return after.kind === "claim" && after.handled
    ? [correlated(after, after.correlation, after.startedAt)]
    : [];
}

/** Whether a correlation begins with an event that was on the bus. */
function isFirst({ id, source, correlation }: ArrivedEvent): boolean {
  return source !== MILLRACE_SOURCE && id === correlation;
}

function correlated(
  { run, workflow, expiresAt }: Pick<RunItem | ClaimItem, "run" | "workflow" | "expiresAt">,
  correlation: string,
  changedAt: string,
): CorrelatedItem {
  const about = { kind: "correlated", correlation, run, workflow } as const;
  return { ...correlatedKey(correlation, run), ...about, revision: 1, changedAt, expiresAt };
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
        ...placeOf(after),
      })),
      revision: 1,
      changedAt,
      expiresAt: Math.ceil(now / 1000) + FEED_SECONDS,
    },
  ];
}

function placeOf(item: ChangeWithEvents["after"]): Pick<FeedChange, "run" | "workflow" | "status" | "path"> {
  switch (item.kind) {
    case "run":
      return { run: item.run, workflow: item.workflow, status: item.status };
    case "claim":
    case "approval":
    case "deferred":
    case "waiter":
      return { run: item.run, workflow: item.workflow, path: item.path };
    default:
      return {};
  }
}
