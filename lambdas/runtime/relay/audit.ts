import { isInAudit, publishedBy } from "../../../lib/contract/audit.ts";
import { shardsOf } from "../../../lib/contract/keys/index-partitions.ts";
import { isEnded, type RunItem, type TableItem } from "../../../lib/contract/table.ts";
import { type RepublishPorts, republish } from "./republish.ts";
import { unpublishedOf } from "./unpublished.ts";
import {
  type Listed,
  type Progress,
  partitionsByAcceptance,
  type ReadPartition,
  walkIndex,
} from "./walk-index.ts";

/** The input of the audit. */
export interface Audits extends Progress {
  /** Ended runs by the time from which they can be compared with their log. */
  ended: ReadPartition;
  /** All runs by the time of their acceptance. */
  accepted: ReadPartition;
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
    visit: (run: Listed) => compare(run, () => true, ports),
  }));
  const accepted = partitionsByAcceptance("audited", {
    read: audits.accepted,
    visit: (run) => compare(run, isShort, ports),
  });
  await walkIndex([...ended, ...accepted], LONGEST, audits, now);
}

/** Whether a run that is checked by its acceptance has ended and is not compared later, because it took long. */
function isShort(run: RunItem): boolean {
  return isEnded(run.status) && !isInAudit(run);
}

/** @param isMeant whether a run is to be compared now */
async function compare(ended: Listed, isMeant: (run: RunItem) => boolean, ports: AuditPorts): Promise<void> {
  try {
    const { items, logged } = await ports.audits.compare(ended.run);
    const run = items.find((item) => item.kind === "run");
    if (run && !isMeant(run)) return;
    const isPublished = await republishUnpublished(ended.run, items, logged, ports);
    const later = await ports.review?.(items);
    if (isPublished) {
      if (later !== undefined) await ports.audits.again(ended, later);
      return;
    }
  } catch (error) {
    ports.log.error(
      "Missing log entries could not be published; the next attempt is in one hour, or after the end of an open run.",
      { run: ended.run, error: String(error) },
    );
  }
  await ports.audits.again(ended, new Date(ports.now() + PUT_OFF).toISOString());
}

/** Publishes what is missing in a run's log. */
export async function republishMissing(run: string, ports: AuditPorts): Promise<void> {
  const { items, logged } = await ports.audits.compare(run);
  await republishUnpublished(run, items, logged, ports);
}

/** Answers false if the bus rejected some of it. */
async function republishUnpublished(
  run: string,
  items: readonly TableItem[],
  logged: ReadonlySet<string>,
  ports: AuditPorts,
): Promise<boolean> {
  const unpublished = unpublishedOf(items, logged, publishedBy(ports.now()));
  if (unpublished.length === 0) return true;
  ports.log.warn("Changes were not published; they are published now.", { run, changes: unpublished.length });
  return await republish(unpublished, ports);
}
