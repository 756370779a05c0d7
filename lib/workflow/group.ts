import { TASK_ERROR } from "../contract/failure.ts";
import { errorOfStep, plainError, type StepGroup } from "../contract/group.ts";
import type { StepMessage } from "../contract/message.ts";
import { leave, readAt } from "./exit.ts";
import { bind, code, type Frame } from "./frame.ts";
import type { GroupOrder } from "./graph.ts";
import { claimPath } from "./iteration.ts";
import { groupName, variableName } from "./names.ts";
import { catcher } from "./nodes/catch.ts";
import { compileDoubt, failAs } from "./nodes/doubt.ts";
import { keepFailure } from "./nodes/fallback.ts";
import type { Machine, Position } from "./nodes/kind.ts";
import type { StepNode } from "./nodes/step.ts";
import { limitOf } from "./result-limit.ts";
import { retriersOf } from "./retry.ts";
import { ENTRY, RETRY_SEND, sendAndWait } from "./send.ts";
import { splitInputs } from "./split.ts";
import type { Json } from "./states.ts";

/**
 * Steps of a pool as one state, which a worker walks. A step fails with an error that contains its name, so that the state retries
 * by that step's policy, asks a person about that step, or fails as that step. A retry sends the group again:
 * completed steps are not repeated.
 */
export function compileGroup(
  steps: readonly [StepNode, ...StepNode[]],
  after: After | undefined,
  position: Position,
): Machine {
  const { frame, exit, bindings, deadline } = position;
  const [first] = steps;
  const state = groupName(steps.map(({ name }) => name));
  const doubts = steps.map(({ name, segment, asks }) =>
    compileDoubt(
      {
        name,
        segment,
        role: asks,
        otherwise: failed(name),
        state,
        error: errorOfStep(TASK_ERROR.ask, name),
      },
      position,
    ),
  );
  const group = groupOf(steps, after, position);
  const answered = Object.keys(group.answer).reduce(
    (inner, field) =>
      bind(inner, steps[group.answer[field]!]!.name, {
        kind: "field",
        of: code("$states.result"),
        name: field,
      }),
    frame,
  );
  return {
    StartAt: state,
    States: {
      [state]: {
        ...sendAndWait<StepMessage>(bindings.queueUrl(first.spec.name), {
          step: first.spec.name,
          path: claimPath(first.segment, frame),
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
          ...steps.flatMap(({ name, spec }) => retriersOf(spec.retry, errorOfStep(TASK_ERROR.retry, name))),
          RETRY_SEND,
        ],
        Catch: [
          ...doubts.map(({ catcher: asks }) => asks),
          ...steps.map(({ name }) =>
            catcher([errorOfStep(TASK_ERROR.retry, name)], failed(name), frame, keepFailure(name)),
          ),
        ],
        ...leave(exit, answered),
      },
      ...Object.assign({}, ...doubts.map(({ states }) => states)),
      ...Object.fromEntries(steps.map(({ name }) => [failed(name), failAs(name, plainError)])),
    },
  };
}

const failed = (name: string) => `${name} failed`;

/** For each step, the positions of those that directly precede it, unless each follows the one before. */
type After = NonNullable<GroupOrder["graph"]>["after"];

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
