import type { Assumptions } from "../assumptions.ts";
import { CLAIM, DONE_ENTRY, STARTED } from "./claim.ts";
import type { Operation } from "./operation.ts";
import { EMPTY_QUERY, unitsRead } from "./reads.ts";
import { runItem } from "./run-item.ts";

/** The log entries of a run itself. */
const RUN_ENTRIES = 1800;

/**
 * Some minutes later, the reconciler looks whether the run is still open, and its items are compared with the log. That is
 * read with eventual consistency, at half the price.
 */
export function audited(claims: number, given: Assumptions): Operation {
  const { payloadBytes, resultBytes } = given;
  const run = runItem(200).bytes + payloadBytes;
  const work = claims * (CLAIM.bytes + resultBytes);
  const log = RUN_ENTRIES + claims * (STARTED.bytes + DONE_ENTRY.bytes + resultBytes);
  // Each is in a partition of its own, and so are approvals and deferred messages and requests, of which there are none.
  const queried = unitsRead(run) + unitsRead(work) + unitsRead(log) + 3 * EMPTY_QUERY;
  return { reads: unitsRead(run) + queried / 2 };
}

/** A run that is open after ten minutes gets its checks; when it ends, it is noted for the audit. */
export const LASTING: Operation = {
  // A first comparison finds it open: six queries, of which some find nothing.
  reads: 4.5,
  // Three for one that takes hours; one that ends before needs one.
  changes: [{ item: runItem(130), indexes: 2 }],
};
