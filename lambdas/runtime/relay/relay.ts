import { type Envelope, writeEntry } from "../../../lib/contract/envelope.ts";
import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import type { TableItem } from "../../../lib/contract/table.ts";
import { restore } from "../payload/restore.ts";
import type { Artifacts, Bus, Log, Metrics, Outbox } from "../ports.ts";
import { publishAll } from "../publish-all.ts";
import { eventsOf } from "./publish.ts";

/** One change of the table: a record of its stream. */
export interface Change {
  before?: TableItem | undefined;
  after?: TableItem | undefined;
}

export interface RelayPorts {
  bus: Bus;
  outbox: Outbox;
  /** A run's part of the bucket, where large parts of what its steps emit are kept. */
  artifactsOf: (workflow: string, run: string) => Pick<Artifacts, "get" | "uri">;
  log: Log;
  metrics: Metrics;
}

/** Publishes what the changes tell. Answers the index of the first change that could not be told, or undefined. */
export async function relay(changes: Change[], ports: RelayPorts): Promise<number | undefined> {
  const entries = await Promise.all(
    changes.flatMap(({ before, after }, change) =>
      eventsOf(before, after).map(async (envelope) => ({
        change,
        entry: writeEntry(await whole(envelope, ports)),
      })),
    ),
  );
  const refused = await publishAll(
    ports.bus,
    entries.map(({ entry }) => entry),
  );
  ports.metrics.count("EventsPublished", entries.length - refused.length);
  const untold =
    refused.length === 0 ? undefined : Math.min(...refused.map((index) => entries[index]!.change));
  if (untold !== undefined)
    ports.log.error("The bus did not take all events; they are sent again.", { refused: refused.length });

  const told = changes.slice(0, untold).flatMap(({ after }) => (after?.unpublished ? [after] : []));
  await Promise.all(told.map((item) => ports.outbox.published(item, item.revision)));
  return untold;
}

/** The event as its step emitted it. What Millrace itself tells is never so large. */
async function whole(envelope: Envelope, { artifactsOf }: RelayPorts): Promise<Envelope> {
  const { source, subject, data } = envelope;
  if (source === MILLRACE_SOURCE || subject === undefined) return envelope;
  return { ...envelope, data: (await restore(data, artifactsOf(source, subject))) as Envelope["data"] };
}
