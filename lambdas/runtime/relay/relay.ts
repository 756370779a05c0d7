import { type Envelope, writeEntry } from "../../../lib/contract/envelope.ts";
import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import { receiptsOf } from "../ledger/outcome.ts";
import type { DeliveryReceipts } from "../ledger/ports.ts";
import { restore } from "../payload/restore.ts";
import type { Bus, Outbox } from "../ports/bus.ts";
import type { Now } from "../ports/clock.ts";
import type { Artifacts } from "../ports/files.ts";
import { publishAll } from "../publish/publish-all.ts";
import { type Change, changesIn } from "./change.ts";
import { changeEventsOf, isLoggedOnly } from "./change-events.ts";
import { journalOf } from "./journal.ts";
import type { EventLog, Viewers } from "./ports.ts";
import { type RecordPorts, record } from "./record.ts";

export interface RelayPorts extends RecordPorts {
  bus: Bus;
  outbox: Outbox;
  eventLog: EventLog;
  viewers: Viewers;
  /** The receipts of the events that led to the changes. */
  deliveries: DeliveryReceipts;
  /** Subscribers whose deliveries are recorded. */
  recorded: ReadonlySet<string>;
  /** Workflows whose completed steps are only in the log. */
  loggedSteps: ReadonlySet<string>;
  /** How long entries of the log are kept. */
  retentionDays: number;
  now: Now;
  /** A run's prefix in the bucket, where large parts of the events of its steps are stored. */
  artifactsOf: (workflow: string, run: string) => Pick<Artifacts, "get" | "uri">;
}

/**
 * Publishes the events of the changes on the bus, and then writes them to the log. Returns the index of the
 * first record that could not be published, or undefined. What is in the log is on the bus: so a comparison
 * of log and table finds what is missing, and publishing again adds nothing.
 */
export async function relay(records: readonly Change[], ports: RelayPorts): Promise<number | undefined> {
  const all = records.flatMap((record, at) =>
    changesIn(record).map(({ before, after }) => ({
      before,
      after,
      at,
      events: changeEventsOf(before, after),
    })),
  );
  const entries = await Promise.all(
    all.flatMap(({ at, events }) =>
      events
        .filter(({ event, published }) => published && !isLoggedOnly(event, ports.loggedSteps))
        .map(async ({ event }) => ({ at, entry: writeEntry(await whole(event, ports)) })),
    ),
  );
  const [refused, hasViewers] = await Promise.all([
    publishAll(
      ports.bus,
      entries.map(({ entry }) => entry),
    ),
    ports.viewers.any(),
    writeReceipts(all, ports),
  ]);
  const unpublished =
    refused.length === 0 ? undefined : Math.min(...refused.map((index) => entries[index]!.at));
  if (unpublished !== undefined)
    ports.log.error("The bus rejected some events; they are sent again.", { refused: refused.length });

  const published = all.filter(({ at }) => unpublished === undefined || at < unpublished);
  const logged = published.flatMap(({ before, after, events }) =>
    after && events.length > 0 ? [{ before, after, events }] : [],
  );
  const feedAt = hasViewers ? ports.now() : undefined;
  await ports.eventLog.add(journalOf(logged, ports.retentionDays, feedAt, ports.recorded));
  const marked = published.flatMap(({ after }) => (after?.unpublished ? [after] : []));
  await Promise.all([
    ...marked.map((item) => ports.outbox.published(item, item.revision)),
    record(published, logged, ports),
  ]);
  return unpublished;
}

async function writeReceipts(changes: readonly Change[], { deliveries }: RelayPorts): Promise<void> {
  const receipts = changes.flatMap(({ before, after }) => receiptsOf(before, after));
  await Promise.all(receipts.map((receipt) => deliveries.record(receipt)));
}

/** The event as its step emitted it. Millrace's own events are never so large. */
async function whole(envelope: Envelope, { artifactsOf }: RelayPorts): Promise<Envelope> {
  const { source, subject, data } = envelope;
  if (source === MILLRACE_SOURCE || subject === undefined) return envelope;
  return { ...envelope, data: (await restore(data, artifactsOf(source, subject))) as Envelope["data"] };
}
