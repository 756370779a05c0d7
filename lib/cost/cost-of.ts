import { TASK_ERROR } from "../contract/failure.ts";
import { errorOfStep } from "../contract/groups/group.ts";
import type { ApprovalMessage } from "../contract/messages/approval-message.ts";
import type { WaitForEvent, WaitMessage } from "../contract/messages/wait-message.ts";
import type { Task } from "../workflow/states.ts";
import { MESSENGER } from "./attempt.ts";
import { costOfFailedSteps, costOfSteps, type FailsAfter, type StepMessage } from "./cost-of-steps.ts";
import type { CostTables } from "./cost-tables.ts";
import type { Operation } from "./operations/operation.ts";
import { OUTSIDE_EVENT, WATCHED } from "./operations/outside-event.ts";
import { ASKED, DECIDED, ESCALATED, SILENT, VOTED } from "./operations/question.ts";
import { several } from "./operations/step.ts";
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
import { entered, type Scenario, scenario } from "./scenario.ts";
import { NOTHING, sum, type Units } from "./units.ts";

/** The fields of a task's message that determine its cost. */
type Message =
  | StepMessage
  | Pick<ApprovalMessage, "approval" | "level" | "over" | "quorum">
  | Pick<WaitForEvent, "kind" | "event">
  | { kind: Exclude<WaitMessage["kind"], "event"> };

/** The cost of a task that is answered. `items`: the length of the list that its message brings. */
export function costOf(task: Task, tables: CostTables, items = 0): Scenario {
  const message = messageOf(task);
  const own = tables.express ? NOTHING : entered(1);
  const withPlain = (operations: Operation[], plain: Units): Scenario =>
    scenario({ run: sum([own, unitsOf(operations, tables.given)]), plain });
  if ("step" in message) return costOfSteps(message, own, tables, items);
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

/** The cost of a task that times out. */
export function costOfSilence(task: Task, tables: CostTables): Scenario {
  const message = messageOf(task);
  const begun = "approval" in message ? ASKED : WAITING;
  const run = sum([entered(1, 1), unitsOf([begun], tables.given)]);
  return scenario({ run, plain: askedPlainly(1, tables) });
}

/** The cost of a task that fails finally. */
export function costOfFailedTask(task: Task, tables: CostTables, after: FailsAfter, items = 0): Scenario {
  const message = messageOf(task);
  if (!("step" in message)) return costOf(task, tables);
  const failsAt = nodesOfGroup(task).indexOf(tables.given.failsAt ?? "");
  return costOfFailedSteps(message, failsAt, tables, { after, items });
}

/**
 * The nodes that a task runs together, in order, if it is a group: the names in the errors that it catches.
 */
export function nodesOfGroup({ Catch = [] }: Pick<Task, "Catch">): string[] {
  const prefix = errorOfStep(TASK_ERROR.retry, "");
  const errors = Catch.flatMap(({ ErrorEquals }) => ErrorEquals);
  return errors.filter((error) => error.startsWith(prefix)).map((error) => error.slice(prefix.length));
}

/** A state that waits for its token, and the functions that handle and answer it. */
function askedPlainly(functions: number, { given }: CostTables): Units {
  return sum([entered(1), unitsOf([{ functions: several(MESSENGER, functions) }], given)]);
}

function messageOf({ Arguments }: Task): Message {
  return (Arguments as unknown as { MessageBody: Message }).MessageBody;
}
