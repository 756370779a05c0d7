import { beginsWithClaim, endsWithRun } from "../contract/groups/group.ts";
import { stepsBeforeInList } from "../contract/groups/grouped-list.ts";
import { hidesByLease } from "../contract/lease.ts";
import type { StepSpec } from "../contract/step.ts";
import { type Assumptions, numberFor } from "./assumptions.ts";
import { asked, emittedBy, plainTry, reachedBy } from "./attempt.ts";
import type { CostTables } from "./cost-tables.ts";
import type { Change, Operation } from "./operations/operation.ts";
import { comesAfter, type PlaceInGroup, placeOf } from "./operations/place-in-group.ts";
import { EMPTY_LIST, following, stepDone, stepFailed, stepUndone } from "./operations/step.ts";
import { unitsOf } from "./operations/units-of.ts";
import { entered, type Scenario, scenario, together } from "./scenario.ts";
import { NOTHING, sum, times, type Units } from "./units.ts";

/** A use of a step, from its message or that of its group. */
interface StepUse {
  step: string;
  undo?: string;
  after?: number[];
}

/** The message of a step, or of the group of steps that it brings. */
export type StepMessage = StepUse & { group?: { steps: StepUse[]; each?: object } };

/** When a step fails finally: after all its attempts, or at the first one, unless more are assumed. */
export type FailsAfter = "all tries" | "the first";

/** The cost of the steps that a message brings. `own`: the state of the message itself. */
export function costOfSteps(message: StepMessage, own: Units, tables: CostTables, items: number): Scenario {
  const steps = usesOf(message, items);
  const [first, ...later] = steps;
  // A plain state machine enters the state of a list, too.
  const list = message.group?.each ? [scenario({ plain: entered(1) })] : [];
  if (!first) return together([scenario({ run: sum([own, unitsOf([EMPTY_LIST], tables.given)]) }), ...list]);
  const specs = steps.map(({ step }) => tables.steps.get(step)!);
  const hides = hidesByLease(...specs) ? 1 : 0;
  const endsRun = tables.express !== undefined && endsWithRun({ steps }, specs.at(-1)!);
  const group = groupOf(steps, tables);
  const endsFrom = endsRun ? lastWritten(group) : steps.length;
  const ended = (at: number) => (done: Operation) => (at >= endsFrom ? withEndOfRun(done) : done);
  const leading = (done: Operation): Operation => {
    if (tables.express !== "at once") return { ...done, hides: { fair: hides } };
    const begun = withEvent(done, hides);
    if (specs[0]!.repeatable) return { ...begun, reads: begun.reads! - UNREAD };
    return beginsWithClaim({ steps }, specs[0]!) ? withAcceptance(begun) : begun;
  };
  const others = later.map((step, at) =>
    costOfFollowing(step, placeOf(group, at + 1), tables, ended(at + 1)),
  );
  return together([costOfStep(first, own, tables, (done) => ended(0)(leading(done))), ...others, ...list]);
}

/** Read units that a step that is safe to repeat does not need in the delivery that has accepted its run: of the run and its claim. */
const UNREAD = 2;

/** The first step of a run that begins in the invocation of its event: the message and the invocation are the event's. */
function withEvent({ functions = [], ...done }: Operation, hides: number): Operation {
  const continued = functions.map((run) => ({ ...run, continues: true as const }));
  return { ...done, messages: {}, hides: { standard: hides }, functions: continued };
}

/** Its claim is taken in one transaction with the acceptance of the run, which is not read then. */
function withAcceptance({ changes = [], reads = 0, ...done }: Operation): Operation {
  const [taken, ...others] = changes;
  return { ...done, reads: reads - 1, changes: [inTransaction(taken!), ...others] };
}

/** The last step of a run is completed in one transaction with the run's end. */
function withEndOfRun({ changes = [], ...done }: Operation): Operation {
  return { ...done, changes: [...changes.slice(0, -1), inTransaction(changes.at(-1)!)] };
}

/** The relay receives the change together with that of the run, which is counted with the run. */
function inTransaction({ relayed, ...change }: Change): Change {
  return { ...change, transaction: true, ...(relayed && { relayed: { ...relayed, later: true } }) };
}

/** The same if the step at a position fails finally: the last one, if the position is -1. */
export function costOfFailedSteps(
  message: StepMessage,
  failsAt: number,
  tables: CostTables,
  { after, items }: { after: FailsAfter; items: number },
): Scenario {
  const { given, steps } = tables;
  // Without an item, nothing fails.
  const uses = usesOf(message, Math.max(1, items));
  const failing = failsAt === -1 ? uses.length - 1 : failsAt;
  const spec = steps.get(uses[failing]!.step)!;
  const count = after === "all tries" ? spec.retry.attempts : 1 + numberFor(spec.name, given.failures);
  const failed = scenario({ ...triesOf(spec, count, given), claims: 1, ...asked(spec, count, given) });
  const others = [...uses.keys()].filter((at) => at !== failing && !comesAfter(uses, at, failing));
  const group = groupOf(uses, tables);
  return together([...others.map((at) => costOfFollowing(uses[at]!, placeOf(group, at), tables)), failed]);
}

/** The position of the first step whose end is written with that of the last. */
function lastWritten(group: Parameters<typeof placeOf>[0]): number {
  return group.steps.findLastIndex((_, at) => !placeOf(group, at).isWrittenTogether);
}

/** What determines the places of steps in their group. */
function groupOf(uses: readonly StepUse[], { steps }: CostTables): Parameters<typeof placeOf>[0] {
  return {
    steps: uses.map(({ step, after }) => ({ after, repeatable: steps.get(step)!.repeatable })),
  };
}

/** The uses of steps that a message brings: with a list, those of each item, which begin together. */
function usesOf(message: StepMessage, items: number): StepUse[] {
  const { group } = message;
  if (!group) return [message];
  if (!group.each) return group.steps;
  return Array.from({ length: items }, (_, item) =>
    group.steps.map((step, at) => ({ ...step, after: stepsBeforeInList(group, at, item) })),
  ).flat();
}

/**
 * A step whose message is that of a step before it. A plain state machine has a state for it all the same.
 */
function costOfFollowing(
  use: StepUse,
  place: PlaceInGroup,
  tables: CostTables,
  ended = (done: Operation) => done,
): Scenario {
  return costOfStep(use, NOTHING, tables, (done, given) =>
    ended(following(done, given, place, tables.stepEvents)),
  );
}

function costOfStep(
  message: StepUse,
  own: Units,
  { given, extent, steps, stepEvents }: CostTables,
  share: (done: Operation, given: Assumptions) => Operation = (done) => done,
): Scenario {
  const spec = steps.get(message.step)!;
  const tries = extent === "worst" ? spec.retry.attempts - 1 : numberFor(spec.name, given.failures);
  const failed = triesOf(spec, tries, given);
  const emitted = emittedBy(spec, given, extent);
  const done = stepDone(spec, given, { undoable: message.undo !== undefined, emitted, stepEvents });
  const reached = reachedBy(spec, given, "of the run");
  const undo = message.undo === undefined ? undefined : steps.get(message.undo);
  return scenario({
    run: sum([own, failed.run, unitsOf([share(done, given), ...reached], given)]),
    plain: sum([entered(1), failed.plain, plainTry(spec, given)]),
    claims: 1,
    ...asked(spec, 1 + tries, given),
    ...(undo && {
      undoing: sum([entered(2), unitsOf([stepUndone(undo, emittedBy(undo, given, extent), given)], given)]),
      plainUndoing: sum([entered(1), plainTry(undo, given)]),
    }),
  });
}

/** Failed attempts, each of which enters the state again. */
function triesOf(spec: StepSpec, tries: number, given: Assumptions): { run: Units; plain: Units } {
  const again = entered(1, 1);
  return {
    run: times(
      sum([again, unitsOf([stepFailed(spec, given), ...reachedBy(spec, given, "of the run")], given)]),
      tries,
    ),
    plain: times(sum([again, plainTry(spec, given)]), tries),
  };
}
