import type { Assumptions } from "../assumptions.ts";
import { type Change, type Operation, own } from "./operation.ts";
import { claimReads } from "./reads.ts";
import { runItem } from "./run-item.ts";

/** The item at the end: with its output, and at another place in the index by status. */
const OVER: Change = {
  item: { ...runItem(240), carries: ["payload", "result"] },
  indexes: 2,
  kept: true,
  relayed: { entries: [{ bytes: 600, carries: ["result"] }], events: [{ bytes: 465 }], measured: true },
};

/** The execution has succeeded; `claims` are those of the run, which are read only if some may be unfinished. */
export function succeeded(claims: number, given: Assumptions, mayLeaveWork: boolean): Operation {
  return completionHandler(1 + (mayLeaveWork ? claimReads(claims, given) : 0), [OVER]);
}

/**
 * The worker ends a run without an execution, and reads no claims. `withClaim`: the last step is completed in the
 * same transaction.
 */
export function endedByWorker(withClaim: boolean): Operation {
  return { changes: [withClaim ? { ...OVER, transaction: true } : OVER] };
}

/** The execution has failed at a step: the run is closed, and unfinished effects are sealed. */
export function failed(claims: number, given: Assumptions): Operation {
  return completionHandler(3 + 2 * claimReads(claims, given), [...CLOSED, { ...OVER, indexes: 3 }]);
}

/** The same if effects are to be undone: once at the start of that, and once at its end. */
export function compensated(claims: number, given: Assumptions): Operation[] {
  const compensating: Change = { item: runItem(500), relayed: { entries: [{ bytes: 605 }] } };
  const over: Change = {
    item: runItem(540),
    indexes: 3,
    kept: true,
    relayed: { entries: [{ bytes: 800 }, { bytes: 800 }], events: [{ bytes: 705 }], measured: true },
  };
  const reads = 2 * claimReads(claims, given);
  return [completionHandler(3 + reads, [...CLOSED, compensating]), completionHandler(2 + reads, [over])];
}

/** The run is closed; the claim at which it failed is sealed. */
const CLOSED: Change[] = [
  { item: runItem(110), indexes: 1, relayed: { entries: [{ bytes: 545 }] } },
  { item: { bytes: 630 }, relayed: { entries: [{ bytes: 665 }] } },
];

function completionHandler(reads: number, changes: readonly Change[]): Operation {
  return { messages: { standard: 1 }, functions: [own(905)], reads, changes };
}
