import { isRunOf } from "../runs/run-id.ts";
import { TABLE, type TableItem } from "../table.ts";
import { approvalPartition } from "./approval.ts";
import { workPartition } from "./claim.ts";
import { deferredPartition, deferredRequestPartition } from "./deferred.ts";
import type { ItemKey } from "./item-key.ts";
import { racePartition } from "./race.ts";
import { runKey } from "./run.ts";

/** What the partitions of the items of runs begin with. */
const RUN = runKey("").pk;
const WORK = workPartition("");
const APPROVAL = approvalPartition("");
const DEFERRED = deferredPartition("");
const REQUEST = deferredRequestPartition("");
const RACE = racePartition("");

/**
 * Whether an item is where its kind is: in the partition of the run that it names. A step can write any item under the
 * keys of its claims and deferred messages, also one with the kind of another writer, or for another workflow than its
 * run's. The relay asks this several times for each change, so nothing is made here.
 */
export function isInPlace(item: TableItem): boolean {
  const { pk } = item;
  switch (item.kind) {
    case "run":
      return isPartitionOf(pk, RUN, item.run);
    case "claim":
      return isPartitionOf(pk, WORK, item.run) && isRunOf(item.workflow, item.run);
    case "approval":
      return isPartitionOf(pk, APPROVAL, item.run);
    case "deferred":
      return (
        isPartitionOf(pk, REQUEST, item.run) ||
        (isPartitionOf(pk, DEFERRED, item.run) && isRunOf(item.workflow, item.run))
      );
    case "race":
      return isPartitionOf(pk, RACE, item.run);
    default:
      return !isOfSteps(pk);
  }
}

/** An entry of an index. Not every index has the run. */
export type IndexEntry = Pick<ItemKey, "pk"> & { run?: string | undefined };

type IndexName = (typeof TABLE.indexes)[keyof typeof TABLE.indexes]["name"];

/**
 * Whether an entry of a partition of an index is of an item that belongs there. The writer of an item chooses where
 * the indexes list it: only its key says which role wrote it.
 */
export function isListedInPlace(index: IndexName, partition: string, entry: IndexEntry): boolean {
  const { pk } = entry;
  const { unpublished, found, keyed } = TABLE.indexes;
  // Its entries have no kind. Steps and reactions mark nothing.
  if (index === unpublished.name) return !isOfSteps(pk);
  const kind = partition.slice(0, partition.indexOf("#"));
  if (index === found.name || index === keyed.name) return isOf(RUN, entry) && isOfWorkflow(kind, RUN, pk);
  switch (kind) {
    case "run":
    case "due":
      return isOf(RUN, entry);
    case "held":
      return isOf(RUN, entry) && isOfWorkflow(workflowOf(partition), RUN, pk);
    case "ended":
      return isOf(RUN, entry) || isOf(WORK, entry);
    case "approval":
      return isOf(APPROVAL, entry);
    case "deferred-due":
      return isOf(REQUEST, entry) || isOf(DEFERRED, entry);
    case "deferred": {
      const workflow = workflowOf(partition);
      return (
        (isOf(REQUEST, entry) && isOfWorkflow(workflow, REQUEST, pk)) ||
        (isOf(DEFERRED, entry) && isOfWorkflow(workflow, DEFERRED, pk))
      );
    }
    case "delivery-problem":
    case "delivery-overdue":
      return pk.startsWith("delivery#");
    // Dead letters, replays, events in quarantine.
    default:
      return pk.startsWith(`${kind}#`);
  }
}

/** The workflow between the kind and the shard of a partition. */
function workflowOf(partition: string): string {
  return partition.slice(partition.indexOf("#") + 1, partition.lastIndexOf("#"));
}

/** Whether the partition is one of a run's, and of the one that the entry names. */
function isOf(prefix: string, { pk, run }: IndexEntry): boolean {
  return run === undefined ? pk.startsWith(prefix) : isPartitionOf(pk, prefix, run);
}

function isOfWorkflow(workflow: string, prefix: string, pk: string): boolean {
  return isRunOf(workflow, pk.slice(prefix.length));
}

/** Whether steps and reactions can write in the partition. */
function isOfSteps(pk: string): boolean {
  return pk.startsWith(WORK) || pk.startsWith(DEFERRED);
}

function isPartitionOf(pk: string, prefix: string, run: unknown): boolean {
  return (
    typeof run === "string" &&
    pk.length === prefix.length + run.length &&
    pk.startsWith(prefix) &&
    pk.endsWith(run)
  );
}
