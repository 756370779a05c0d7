import { hidesByLease } from "../../contract/lease.ts";
import type { StepSpec } from "../../contract/step.ts";
import type { WorkSpec } from "../../contract/work.ts";
import type { StepEvents } from "../../workflow/workflow.ts";
import { type Assumptions, numberFor } from "../assumptions.ts";
import {
  CLAIM,
  DONE_ENTRY,
  FOLLOWING,
  RECORDED,
  ROOM_FOR_NEXT_CLAIM,
  SHARED,
  STARTED,
  TAKEN,
} from "./claim.ts";
import { type Change, type FunctionRun, type Operation, own, type Size } from "./operation.ts";
import type { PlaceInGroup } from "./place-in-group.ts";
import { runItem } from "./run-item.ts";
import { VIEWER_CHECK, VIEWER_CHECK_EVERY } from "./viewers.ts";

const LOG_BYTES = 905;

/** An event that a step emits: stored with its claim until the relay has published it. */
export const EMITTED: Size = { bytes: 330, carries: ["payload"] };
export const EMITTED_ENTRY: Size = { bytes: 450, carries: ["payload"] };

/** A list without items, whose worker has nothing to do. */
export const EMPTY_LIST: Operation = { messages: { fair: 1 }, functions: [own(LOG_BYTES)] };

/** A successful attempt of a step. If it can be undone, its claim also stores its input. */
export function stepDone(
  spec: StepSpec,
  given: Assumptions,
  { undoable, emitted, stepEvents }: { undoable: boolean; emitted: number; stepEvents: StepEvents },
): Operation {
  const claim: Size = { ...CLAIM, carries: undoable ? ["result", "payload"] : ["result"] };
  return attempt(spec, given, {
    claim: withEmitted(claim, emitted),
    entry: { ...DONE_ENTRY, carries: ["result"] },
    event: stepEvents === "published" ? { bytes: 505 } : undefined,
    emitted,
    measured: true,
  });
}

/**
 * Milliseconds for which a function remembers the subscriber state, and a delivery its run; and for which a change
 * that is only logged may wait for the next one.
 */
const RECENT = 1_000;

/**
 * A step that shares a message with one before it: the message and the invocation are counted there, and
 * the workflow's state is remembered. The write that completes a step before it claims this one, unless that
 * claims another: then the run is remembered, too. It is also remembered from one step that is safe to repeat to
 * the next, and such a step has no claim to read; if it takes less than a second, their results are written
 * together. The time of steps that run at the same time counts once.
 */
export function following(
  { functions = [], reads = 0, changes = [], ...done }: Operation,
  given: Assumptions,
  { isClaimedWithEnd, isNew, knowsRun, isWrittenTogether, takesTime }: PlaceInGroup,
  stepEvents: StepEvents,
): Operation {
  const millis = functions.reduce((sum, run) => sum + run.millis, 0);
  const isQuick = millis < RECENT;
  const added = isWrittenTogether && isQuick ? changes.map(addedToItem) : undefined;
  const shared = added ?? (isClaimedWithEnd ? inOneItem(changes, given) : undefined);
  const remembered = shared || knowsRun ? ADMISSION : 1;
  // That a step which emits an event is published at once is left out: a share of an invocation.
  const waits = added !== undefined || (shared !== undefined && stepEvents === "logged" && isQuick);
  return {
    ...done,
    changes: (shared ?? changes).map(({ relayed, ...change }) => ({
      ...change,
      ...(relayed && { relayed: { ...relayed, follows: true, ...(waits && { later: true }) } }),
    })),
    reads: reads - (isNew ? 1 : 0) - remembered * Math.max(0, 1 - millis / RECENT),
    messages: {},
    hides: {},
    functions: functions.map((run) => ({
      ...run,
      millis: takesTime ? run.millis : 0,
      logBytes: 0,
      continues: true as const,
    })),
  };
}

/** The result of a step that is safe to repeat, written with the one before it. */
function addedToItem(recorded: Change): Change {
  const item: Size = { ...recorded.item, bytes: recorded.item.bytes - CLAIM.bytes + RECORDED.bytes };
  return { ...recorded, item, shares: true };
}

/** The changes of a claim in the item of the step before it; undefined if it has no room there. */
function inOneItem(
  [taken, done]: readonly Change[],
  { resultBytes }: Assumptions,
): readonly Change[] | undefined {
  if (!taken || !done || resultBytes > ROOM_FOR_NEXT_CLAIM) return undefined;
  const entries = [...(taken.relayed?.entries ?? []), ...(done.relayed?.entries ?? [])];
  const { bytes, carries } = done.item;
  return [
    {
      ...done,
      item: { bytes: bytes + SHARED.bytes, carries },
      kept: { bytes: bytes - CLAIM.bytes + FOLLOWING.bytes, carries },
      relayed: { ...done.relayed, entries },
    },
  ];
}

/** The undo of a step. It also reads the claim of the effect. */
export function stepUndone(spec: StepSpec, emitted: number, given: Assumptions): Operation {
  // An undo always has a claim.
  const done = attempt({ ...spec, repeatable: undefined }, given, {
    claim: withEmitted(CLAIM, emitted),
    entry: DONE_ENTRY,
    event: { bytes: 515 },
    emitted,
  });
  return { ...done, reads: done.reads! + 1 };
}

/** A failed attempt; its reason is logged with a stack. */
export function stepFailed(spec: StepSpec, given: Assumptions): Operation {
  const failed = attempt(spec, given, {
    claim: { bytes: 630 },
    entry: { bytes: 665 },
    event: { bytes: 620 },
    emitted: 0,
  });
  return { ...failed, functions: [functionOf(spec, given, 2800)] };
}

interface Outcome {
  /** The claim after the attempt; its log entry and its event. */
  readonly claim: Size;
  readonly entry: Size;
  readonly event: Size | undefined;
  readonly emitted: number;
  readonly measured?: true;
}

/** The run and its workflow's state are read before a step begins. */
const ADMISSION = 2;

function attempt(
  spec: WorkSpec & Pick<StepSpec, "repeatable">,
  given: Assumptions,
  { claim, entry, event, emitted, measured }: Outcome,
): Operation {
  const relayed = {
    entries: [entry, ...several(EMITTED_ENTRY, emitted)],
    events: [...(event ? [event] : []), ...several(EMITTED, emitted)],
    ...(measured && { measured }),
  };
  return {
    messages: { fair: 1 },
    hides: { fair: hidesByLease(spec) ? 1 : 0 },
    functions: [functionOf(spec, given, LOG_BYTES)],
    reads:
      ADMISSION +
      (spec.repeatable ? 1 : 0) +
      VIEWER_CHECK * Math.min(1, numberFor(spec.name, given.millis) / VIEWER_CHECK_EVERY),
    changes: [
      ...(spec.repeatable ? [] : [{ item: TAKEN, relayed: { entries: [STARTED] } }]),
      { item: claim, kept: true, relayed },
    ],
  };
}

/** The function of a step or a reaction. */
export function functionOf(
  { name, memory }: WorkSpec,
  { millis }: Assumptions,
  logBytes: number,
): FunctionRun {
  return { memory, millis: numberFor(name, millis), logBytes };
}

export function withEmitted({ bytes, carries = [] }: Size, emitted: number): Size {
  return {
    bytes: bytes + emitted * EMITTED.bytes,
    carries: [...carries, ...several("payload" as const, emitted)],
  };
}

export function several<One>(one: One, count: number): One[] {
  return Array.from({ length: count }, () => one);
}

/**
 * A breaker is read with its settings before an attempt, and alone after it; without failures, nothing is
 * written.
 */
export const BREAKER: Operation = { reads: 3 };

/** A call within the budget of the run is reserved before, and settled after. */
export const SPENT: Operation = { reads: 1, changes: [{ item: runItem(250) }, { item: runItem(250) }] };

/** The answer of a model is looked up, and stored for a redelivery. */
export const ANSWER_KEPT: Operation = { gets: 1, puts: 1 };
