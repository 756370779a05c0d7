import { toldBy } from "../../../lib/contract/audit.ts";
import { type ItemKey, shardsOf } from "../../../lib/contract/keys.ts";
import type { TableItem } from "../../../lib/contract/table.ts";
import type { RepublishPorts } from "./republish-ports.ts";
import { unpublishedOf } from "./unpublished.ts";

/** A run, or a reaction run, that has ended. */
export interface Ended extends ItemKey {
  run: string;
  /** ISO time from which it can be compared with its log. */
  dueAt: string;
}

/** The input of the audit. */
export interface Audits {
  /** The progress of earlier audits: ISO times by partition. */
  reached(): Promise<Record<string, string>>;
  remember(reached: Record<string, string>): Promise<void>;
  /**
   * Ended runs of one partition, oldest first: those whose time is after `from`, up to `until` (ISO times).
   */
  ended(partition: string, from: string, until: string): AsyncIterable<Ended[]>;
  /** All items of a run, and the ids of its log's entries. */
  compare(run: string): Promise<{ items: TableItem[]; logged: Set<string> }>;
  /** Schedules another comparison at a time (ISO). */
  again(key: ItemKey, at: string): Promise<void>;
}

export interface AuditPorts extends RepublishPorts {
  audits: Audits;
  /**
   * Checks the items of a run that has ended for more than its log. Answers the ISO time of the next check.
   */
  review?(items: readonly TableItem[]): Promise<string | undefined>;
}

/** The next audit continues after this time. */
const LONGEST = 60_000;
/** Unpublished entries are retried after this time, and do not block the rest. */
const PUT_OFF = 60 * 60 * 1000;
const AT_ONCE = 25;

/**
 * Compares everything that has ended since the last audit with its log, and publishes what is missing. Only
 * this audit does not rely on the relay: a stream that was not read, a filter that passed nothing, and an
 * error that looked like a success are all found here. Its cost does not depend on the number of older runs.
 */
export async function audit(ports: AuditPorts): Promise<void> {
  const began = ports.now();
  const until = new Date(began).toISOString();
  const before = await ports.audits.reached();
  const reached = { ...before };
  for (const partition of shardsOf("ended")) {
    for await (const page of ports.audits.ended(partition, before[partition] ?? "", until)) {
      for (let at = 0; at < page.length; at += AT_ONCE) {
        const some = page.slice(at, at + AT_ONCE);
        await Promise.all(some.map((ended) => look(ended, ports)));
        // The next page may have more of the same millisecond.
        reached[partition] = justBefore(some.at(-1)!.dueAt);
        if (ports.now() - began > LONGEST) return await ports.audits.remember(reached);
      }
    }
    if (reached[partition] !== before[partition]) reached[partition] = until;
  }
  if (shardsOf("ended").some((partition) => reached[partition] !== before[partition]))
    await ports.audits.remember(reached);
}

async function look(ended: Ended, ports: AuditPorts): Promise<void> {
  try {
    const { items, logged } = await ports.audits.compare(ended.run);
    const events = await republishUnpublished(ended.run, items, logged, ports);
    const later = await ports.review?.(items);
    if (events && later === undefined) return;
    if (events) return await ports.audits.again(ended, later!);
  } catch (error) {
    ports.log.error("Missing log entries could not be published; the next attempt is in one hour.", {
      run: ended.run,
      error: String(error),
    });
  }
  await ports.audits.again(ended, new Date(ports.now() + PUT_OFF).toISOString());
}

/** Publishes what is missing in a run's log. Answers false if the bus rejected some of it. */
export async function republishMissing(run: string, ports: AuditPorts): Promise<boolean> {
  const { items, logged } = await ports.audits.compare(run);
  return await republishUnpublished(run, items, logged, ports);
}

async function republishUnpublished(
  run: string,
  items: readonly TableItem[],
  logged: ReadonlySet<string>,
  ports: AuditPorts,
): Promise<boolean> {
  const unpublished = unpublishedOf(items, logged, toldBy(ports.now()));
  if (unpublished.length === 0) return true;
  ports.log.warn("Changes were not published; they are published now.", { run, changes: unpublished.length });
  ports.metrics.count("ChangesMissed", unpublished.length);
  return (await ports.relay(unpublished.map((after) => ({ after })))) === undefined;
}

function justBefore(time: string): string {
  return new Date(Date.parse(time) - 1).toISOString();
}
