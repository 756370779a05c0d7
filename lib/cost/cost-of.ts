import { TASK_ERROR } from "../contract/failure.ts";
import { errorOfStep } from "../contract/groups/group.ts";
import { stepsBeforeInList } from "../contract/groups/grouped-list.ts";
import { hidesByLease } from "../contract/lease.ts";
import type { ApprovalMessage } from "../contract/messages/approval-message.ts";
import type { WaitForEvent, WaitMessage } from "../contract/messages/wait-message.ts";
import type { StepSpec } from "../contract/step.ts";
import type { Task } from "../workflow/states.ts";
import type { StepEvents } from "../workflow/workflow.ts";
import { type Assumptions, numberFor } from "./assumptions.ts";
import { asked, type Extent, emittedBy, MESSENGER, plainTry, reachedBy } from "./attempt.ts";
import type { Operation } from "./operations/operation.ts";
import { OUTSIDE_EVENT, WATCHED } from "./operations/outside-event.ts";
import { comesAfter, type PlaceInGroup, placeOf } from "./operations/place-in-group.ts";
import { ASKED, DECIDED, ESCALATED, SILENT, VOTED } from "./operations/question.ts";
import { EMPTY_LIST, following, several, stepDone, stepFailed, stepUndone } from "./operations/step.ts";
import { unitsOf } from "./operations/units-of.ts";
import {
  CALLED,
  CANCELLABLE,
  EVENT_MET,
  LIST_STORED,
  RACE_DECIDED,
  RETURNED,
  SIGNALLED,
  WAITING,
} from "./operations/wait.ts";
import { entered, type Scenario, scenario, together } from "./scenario.ts";
import { NOTHING, sum, times, type Units } from "./units.ts";

/** The input of a task's cost. */
export interface CostTables {
  readonly given: Assumptions;
  readonly extent: Extent;
  /** The steps, by name. */
  readonly steps: ReadonlyMap<string, StepSpec>;
  /** Names of the events that the app itself publishes: counted where they are emitted. */
  readonly inside: ReadonlySet<string>;
  readonly stepEvents: StepEvents;
  /** Whether the run has no execution: then intake sends the message of its group. */
  readonly express: boolean;
}

/** A use of a step, from its message or that of its group. */
interface StepUse {
  step: string;
  undo?: string;
  after?: number[];
}

/** The fields of a task's message that determine its cost. */
type Message =
  | (StepUse & { group?: { steps: StepUse[]; each?: object } })
  | Pick<ApprovalMessage, "approval" | "level" | "over" | "quorum">
  | Pick<WaitForEvent, "kind" | "event">
  | { kind: Exclude<WaitMessage["kind"], "event"> };

/** The cost of a task that is answered. `items`: the length of the list that its message brings. */
export function costOf(task: Task, tables: CostTables, items = 0): Scenario {
  const message = messageOf(task);
  const own = tables.express ? NOTHING : entered(1);
  const withPlain = (operations: Operation[], plain: Units): Scenario =>
    scenario({ run: sum([own, unitsOf(operations, tables.given)]), plain });
  if ("step" in message) {
    const steps = usesOf(message, items);
    const [first, ...later] = steps;
    // A plain state machine enters the state of a list, too.
    const list = message.group?.each ? [scenario({ plain: entered(1) })] : [];
    if (!first) return together([withPlain([EMPTY_LIST], NOTHING), ...list]);
    const specs = steps.map(({ step }) => tables.steps.get(step)!);
    const leading = (done: Operation) => ({ ...done, hides: { fair: hidesByLease(...specs) ? 1 : 0 } });
    const following = later.map((step, at) => costOfFollowing(step, placeOf({ steps }, at + 1), tables));
    return together([costOfStep(first, own, tables, leading), ...following, ...list]);
  }
  if ("approval" in message) {
    const question = message.over ? SILENT : message.level > 1 ? ESCALATED : ASKED;
    const votes = several(VOTED, (message.quorum?.approvals ?? 1) - 1);
    return withPlain([question, ...votes, DECIDED], askedPlainly(2, tables));
  }
  switch (message.kind) {
    case "event": {
      const outside = tables.inside.has(message.event) ? [] : [OUTSIDE_EVENT];
      const plain = sum([askedPlainly(2, tables), unitsOf(outside, tables.given)]);
      return withPlain([WAITING, EVENT_MET, WATCHED, ...outside], plain);
    }
    case "child":
      return withPlain([CALLED, RETURNED], entered(1));
    case "cancel-on":
      return withPlain([CANCELLABLE], NOTHING);
    case "signalled":
      return withPlain([WAITING], NOTHING);
    case "signal":
      return withPlain([SIGNALLED], NOTHING);
    case "race":
      return withPlain([WAITING, RACE_DECIDED], NOTHING);
    case "split list":
    case "keep part":
    case "fail part":
    case "join parts":
    case "fail list":
      return withPlain([LIST_STORED], NOTHING);
  }
}

/** The uses of steps that a message brings: with a list, those of each item, which begin together. */
function usesOf(
  message: StepUse & { group?: { steps: StepUse[]; each?: object } },
  items: number,
): StepUse[] {
  const { group } = message;
  if (!group) return [message];
  if (!group.each) return group.steps;
  return Array.from({ length: items }, (_, item) =>
    group.steps.map((step, at) => ({ ...step, after: stepsBeforeInList(group, at, item) })),
  ).flat();
}

/** The cost of a task that times out. */
export function costOfSilence(task: Task, tables: CostTables): Scenario {
  const message = messageOf(task);
  const begun = "approval" in message ? ASKED : WAITING;
  const run = sum([entered(1, 1), unitsOf([begun], tables.given)]);
  return scenario({ run, plain: askedPlainly(1, tables) });
}

/**
 * The cost of a task that fails finally: a step after all its attempts, or at the first one, unless more are
 * assumed.
 */
export function costOfFailedTask(
  task: Task,
  tables: CostTables,
  after: "all tries" | "the first",
  items = 0,
): Scenario {
  const { given, steps } = tables;
  const message = messageOf(task);
  if (!("step" in message)) return costOf(task, tables);
  // Without an item, nothing fails.
  const uses = usesOf(message, Math.max(1, items));
  const found = nodesOfGroup(task).indexOf(given.failsAt ?? "");
  const failing = found === -1 ? uses.length - 1 : found;
  const spec = steps.get(uses[failing]!.step)!;
  const count = after === "all tries" ? spec.retry.attempts : 1 + numberFor(spec.name, given.failures);
  const failed = scenario({ ...triesOf(spec, count, given), claims: 1, ...asked(spec, count, given) });
  const others = [...uses.keys()].filter((at) => at !== failing && !comesAfter(uses, at, failing));
  return together([
    ...others.map((at) => costOfFollowing(uses[at]!, placeOf({ steps: uses }, at), tables)),
    failed,
  ]);
}

/**
 * The nodes that a task runs together, in order, if it is a group: the names in the errors that it catches.
 */
export function nodesOfGroup({ Catch = [] }: Pick<Task, "Catch">): string[] {
  const prefix = errorOfStep(TASK_ERROR.retry, "");
  const errors = Catch.flatMap(({ ErrorEquals }) => ErrorEquals);
  return errors.filter((error) => error.startsWith(prefix)).map((error) => error.slice(prefix.length));
}

/**
 * A step whose message is that of a step before it. A plain state machine has a state for it all the same.
 */
function costOfFollowing(use: StepUse, place: PlaceInGroup, tables: CostTables): Scenario {
  return costOfStep(use, NOTHING, tables, (done, given) => following(done, given, place));
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
  const done = share(stepDone(spec, message.undo !== undefined, emitted, given, stepEvents), given);
  const reached = reachedBy(spec, given, "of the run");
  const undo = message.undo === undefined ? undefined : steps.get(message.undo);
  return scenario({
    run: sum([own, failed.run, unitsOf([done, ...reached], given)]),
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

/** A state that waits for its token, and the functions that handle and answer it. */
function askedPlainly(functions: number, { given }: CostTables): Units {
  return sum([entered(1), unitsOf([{ functions: several(MESSENGER, functions) }], given)]);
}

function messageOf({ Arguments }: Task): Message {
  return (Arguments as unknown as { MessageBody: Message }).MessageBody;
}
