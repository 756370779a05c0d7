import { TASK_ERROR } from "../../contract/failure.ts";
import { errorOfStep, plainError, type StepGroup } from "../../contract/groups/group.ts";
import type { StepMessage } from "../../contract/messages/message.ts";
import { leave, readAt } from "../exit.ts";
import type { Expression } from "../expression.ts";
import { bind, code, type Frame } from "../frame.ts";
import type { GroupOrder, StepNode } from "../graph.ts";
import { claimPath } from "../iteration.ts";
import { groupName, variableName } from "../names.ts";
import { catcher } from "../nodes/catch.ts";
import { compileDoubt, failAs, pathOfAsking } from "../nodes/doubt.ts";
import { keepFailure } from "../nodes/fallback.ts";
import type { Position } from "../position.ts";
import { limitOf } from "../result-limit.ts";
import { retriersOf } from "../retry.ts";
import { ENTRY, RETRY_SEND, sendAndWait } from "../send.ts";
import { splitInputs } from "../split.ts";
import type { Json, Machine, States, Transition } from "../states.ts";

/**
 * Steps of a pool as one state, which a worker walks. A step fails with an error that contains its name, so that the state retries
 * by that step's policy, asks a person about that step, or fails as that step. A retry sends the group again:
 * completed steps are not repeated.
 */
export function compileGroup(
  steps: readonly StepNode[],
  after: After | undefined,
  position: Position,
): Machine {
  const { frame, exit } = position;
  const state = groupName(steps.map(({ name }) => name));
  const group = groupOf(steps, after, position);
  const answered = Object.keys(group.answer).reduce(
    (inner, field) => bind(inner, steps[group.answer[field]!]!.name, answerField(field)),
    frame,
  );
  const members = steps.map(
    (node): Member => ({ node, error: node.name, question: pathOfAsking(node.segment, frame) }),
  );
  return {
    StartAt: state,
    States: groupStates(
      state,
      members,
      { path: claimPath(steps[0]!.segment, frame), group },
      leave(exit, answered),
      position,
    ),
  };
}

/** A value of a group's answer, where the state ends. */
export function answerField(name: string): Expression {
  return { kind: "field", of: code("$states.result"), name };
}

/** A step of a group, as its state knows it. */
export interface Member {
  readonly node: StepNode;
  /** Its name in errors. */
  readonly error: string;
  /** The path of the question to a person about it, as JSONata if it depends on the run. */
  readonly question: string;
}

/** The state that sends a group, and those that follow a failure of one of its steps. */
export function groupStates(
  state: string,
  members: readonly Member[],
  { path, group, most = 1 }: { path: string; group: Json; most?: number },
  left: Transition,
  position: Position,
): States {
  const { frame, bindings, deadline } = position;
  const first = members[0]!.node;
  const doubts = members.map(({ node: { name, asks }, error, question }) =>
    compileDoubt(
      {
        name,
        path: question,
        role: asks,
        otherwise: failed(name),
        state,
        error: errorOfStep(TASK_ERROR.ask, error),
      },
      position,
    ),
  );
  return {
    [state]: {
      ...sendAndWait<StepMessage>(bindings.queueUrl(first.spec.name), {
        step: first.spec.name,
        path,
        direction: "do",
        ...ENTRY,
        input: null,
        reads: [],
        fallback: false,
        group,
        ...(bindings.version && { version: bindings.version }),
      }),
      TimeoutSeconds: deadline,
      Retry: [
        ...members.flatMap(({ node, error }) =>
          retriersOf(node.spec.retry, errorOfStep(TASK_ERROR.retry, error), most),
        ),
        RETRY_SEND,
      ],
      Catch: [
        ...doubts.map(({ catcher: asks }) => asks),
        ...members.map(({ node: { name }, error }) =>
          catcher([errorOfStep(TASK_ERROR.retry, error)], failed(name), frame, keepFailure(name)),
        ),
      ],
      ...left,
    },
    ...Object.assign({}, ...doubts.map(({ states }) => states)),
    ...Object.fromEntries(members.map(({ node: { name } }) => [failed(name), failAs(name, plainError)])),
  };
}

const failed = (name: string) => `${name} failed`;

/** For each step, the positions of those that directly precede it, unless each follows the one before. */
export type After = NonNullable<GroupOrder["graph"]>["after"];

function groupOf(
  steps: readonly StepNode[],
  after: After | undefined,
  { frame, exit, readsOf, keepsOf }: Position,
): { values: Json; steps: Json; answer: StepGroup["answer"] } {
  const { values, splits } = splitInputs(
    steps.map(({ reads }) => reads.input),
    withEarlier(steps, frame),
  );
  const readLater = readAt(exit, frame);
  const answer = steps.flatMap(({ name }, position) =>
    readLater.has(name) ? [[variableName(name), position] as const] : [],
  );
  return {
    values,
    steps: steps.map(({ name, segment, spec, undo }, position) => ({
      step: spec.name,
      path: claimPath(segment, frame),
      ...splits[position]!,
      ...(after && { after: after[position]! }),
      reads: frame.limited.has(name) ? keepsOf(name) : readsOf(name),
      ...limitOf(name, frame),
      ...(undo && { undo: undo.name }),
    })),
    answer: Object.fromEntries(answer),
  };
}

/** The worker resolves the results of the group's own steps. */
export function withEarlier(steps: readonly StepNode[], frame: Frame): Frame {
  return steps.reduce((inner, { name }, position) => bind(inner, name, { kind: "earlier", position }), frame);
}
