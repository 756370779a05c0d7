import { isInAudit, LOOKED_AT_AFTER, publishedBy } from "../../../lib/contract/audit.ts";
import { shardsOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import { isEnded, type RunItem, type TableItem } from "../../../lib/contract/table.ts";
import type { RepublishPorts } from "./republish-ports.ts";
import { unpublishedOf } from "./unpublished.ts";

/** A run, or a reaction run, in the order of an index. */
export interface Listed extends ItemKey {
  run: string;
  /** ISO time by which the index orders it. */
  at: string;
}

/** The input of the audit. */
export interface Audits {
  /** The progress of earlier audits: ISO times by partition. */
  reached(): Promise<Record<string, string>>;
  remember(reached: Record<string, string>): Promise<void>;
  /**
   * Ended runs of one partition by the time from which they can be compared with their log, oldest first:
   * those whose time is after `from`, up to `until` (ISO times).
   */
  ended(partition: string, from: string, until: string): AsyncIterable<Listed[]>;
  /** All runs of one partition, by the time of their acceptance. */
  accepted(partition: string, from: string, until: string): AsyncIterable<Listed[]>;
  /** All items of a run, and the ids of its log's entries. */
  compare(run: string): Promise<{ items: TableItem[]; logged: Set<string> }>;
  /** Schedules another comparison at a time (ISO), unless the run is open: it is compared after its end. */
  again(run: Pick<Listed, "run" | "pk" | "sk">, at: string): Promise<void>;
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
  const { audits, now } = ports;
  const ended = shardsOf("ended").map((partition) => ({
    name: partition,
    partition,
    read: audits.ended,
    delay: 0,
    look: (run: Listed) => look(run, () => true, ports),
  }));
  const accepted = inOrderOfAcceptance("audited", audits).map((one) => ({
    ...one,
    look: (run: Listed) => look(run, isShort, ports),
  }));
  await passOver([...ended, ...accepted], LONGEST, { audits, now });
}

/** Whether a run that is checked by its acceptance has ended and is not compared later, because it took long. */
function isShort(run: RunItem): boolean {
  return isEnded(run.status) && !isInAudit(run);
}

/** The runs of all partitions by acceptance, once they are checked. `name` is that of the reader, for its progress. */
export function inOrderOfAcceptance(
  name: string,
  { accepted }: Pick<Audits, "accepted">,
): Omit<Passed, "look">[] {
  return shardsOf("run").map((partition) => ({
    name: `${name} ${partition}`,
    partition,
    read: accepted,
    delay: LOOKED_AT_AFTER,
  }));
}

/** A partition of an index that is read on from where the last pass ended. */
interface Passed {
  name: string;
  partition: string;
  read: Audits["ended"];
  /** Milliseconds for which what is new in it is left. */
  delay: number;
  look(run: Listed): Promise<void>;
}

/** Looks at what is new in partitions, oldest first, for `longest` milliseconds, and remembers how far it got. */
export async function passOver(
  partitions: readonly Passed[],
  longest: number,
  { audits, now }: { audits: Pick<Audits, "reached" | "remember">; now: AuditPorts["now"] },
): Promise<void> {
  const began = now();
  const before = await audits.reached();
  const reached = { ...before };
  for (const { name, partition, read, delay, look } of partitions) {
    const until = new Date(began - delay).toISOString();
    for await (const page of read(partition, before[name] ?? "", until)) {
      for (let at = 0; at < page.length; at += AT_ONCE) {
        const some = page.slice(at, at + AT_ONCE);
        await Promise.all(some.map(look));
        // The next page may have more of the same millisecond.
        reached[name] = justBefore(some.at(-1)!.at);
        if (now() - began > longest) return await audits.remember(reached);
      }
    }
    if (reached[name] !== before[name]) reached[name] = until;
  }
  if (partitions.some(({ name }) => reached[name] !== before[name])) await audits.remember(reached);
}

/** @param isMeant whether a run is to be compared now */
async function look(ended: Listed, isMeant: (run: RunItem) => boolean, ports: AuditPorts): Promise<void> {
  try {
    const { items, logged } = await ports.audits.compare(ended.run);
    const run = items.find((item) => item.kind === "run");
    if (run && !isMeant(run)) return;
    const events = await republishUnpublished(ended.run, items, logged, ports);
    const later = await ports.review?.(items);
    if (events && later === undefined) return;
    if (events) return await ports.audits.again(ended, later!);
  } catch (error) {
    ports.log.error(
      "Missing log entries could not be published; the next attempt is in one hour, or after the end of an open run.",
      { run: ended.run, error: String(error) },
    );
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
  const unpublished = unpublishedOf(items, logged, publishedBy(ports.now()));
  if (unpublished.length === 0) return true;
  ports.log.warn("Changes were not published; they are published now.", { run, changes: unpublished.length });
  ports.metrics.count("ChangesMissed", unpublished.length);
  return (await ports.relay(unpublished.map((after) => ({ after })))) === undefined;
}

function justBefore(time: string): string {
  return new Date(Date.parse(time) - 1).toISOString();
}
