import { DATA_LIMITS } from "../../../../aws-limits/data-limits.ts";
import { milliseconds } from "../../../../lib/contract/duration.ts";
import { giveUp, TASK_ERROR, toFailure } from "../../../../lib/contract/failure.ts";
import { errorOfStep, type GroupedStep, nodeOfStep, type StepGroup } from "../../../../lib/contract/group.ts";
import { claimKey } from "../../../../lib/contract/keys.ts";
import type { StepMessage } from "../../../../lib/contract/message.ts";
import type { StepSpec } from "../../../../lib/contract/step.ts";
import type { ClaimItem } from "../../../../lib/contract/table.ts";
import { bytesOf } from "../../payload/parts.ts";
import type { ClaimRequest } from "../../ports/claims.ts";
import type { Executions } from "../../ports/executions.ts";
import { enteredAt, fenceOf, isOfExpress, isTakenOver } from "../claim.ts";
import type { StepFunction } from "../context.ts";
import { effectOf, type Invocation } from "../effect.ts";
import { fail, succeed, type WorkOutcome } from "../outcome.ts";
import type { WorkPorts } from "../ports.ts";
import { requestOf } from "../take.ts";
import { work } from "../work.ts";
import { Chain } from "./chain.ts";
import { inputOf } from "./fill.ts";

/** The message of a group. */
export type GroupMessage = StepMessage & { group: StepGroup };

/** Whether a message brings several steps. */
export function isOfGroup(message: StepMessage): message is GroupMessage {
  return message.group !== undefined;
}

/** What runs a step, and the ports that differ by step. */
export interface GroupWorker {
  spec: StepSpec;
  code: StepFunction<any, any>;
  ports: WorkPorts;
  /** Called when the walk reaches the step. */
  begins?: (() => void) | undefined;
}

/** Step Functions' limit for an answer. */
export const LONGEST_ANSWER = DATA_LIMITS.stateData.most;
/** The usual maximum that a step takes in addition to its timeout: claim, completion, large values. */
const OVERHEAD = 5_000;

/**
 * Runs the steps of a group one after another, each at most once by its own claim. The message is answered
 * when the last step is done, or when one fails. Anything else that stops a step also keeps the message: it
 * is delivered again, deferred or dropped, as the message of that step alone would be, and continues with
 * that step.
 */
export async function walkGroup(
  message: GroupMessage,
  workerOf: (step: GroupedStep) => GroupWorker,
  invocation: Invocation,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  const walked = await walkSteps(message, workerOf, invocation, ports);
  return "results" in walked ? await answerGroup(message, walked.results, ports) : walked;
}

/** The same without an answer: the results of all steps, or the reason why one did not end. */
export async function walkSteps(
  message: GroupMessage,
  workerOf: (step: GroupedStep) => GroupWorker,
  invocation: Invocation,
  ports: Pick<WorkPorts, "claims" | "now">,
): Promise<WorkOutcome | { results: unknown[] }> {
  const { group } = message;
  let known = isFirst(message) ? [] : await claimsOfGroup(message, ports);
  const chain = new Chain();
  const results: unknown[] = [];
  for (const [position, step] of group.steps.entries()) {
    const claim = known[position];
    const { spec, code, ports: stepPorts, begins } = workerOf(step);
    begins?.();
    const within = chain.within ?? claim?.within;
    const own = {
      ...messageOf(message, step, claim),
      input: inputOf(step, group, results),
      position,
      within,
    };
    const isDone = claim?.state === "done";
    const isBegun = isDone || chain.within !== undefined || position === 0;
    if (!isBegun && !hasTimeFor(spec, invocation, ports))
      return { kind: "later", at: ports.now(), why: `too little time is left for ${step.path}` };
    const next = () => nextRequest(message, position, known, workerOf, invocation, ports);
    const its = { ...stepPorts, claims: chain.claimsOf(stepPorts.claims, next) };
    const ended = await stepOf(own, its, message, (ofStep) =>
      isDone ? succeed(own, claim.result, ofStep) : work(own, spec, code, invocation, ofStep),
    );
    if (!("result" in ended)) return ended;
    // Another delivery has completed the step. It may have claimed further steps.
    if (!isDone && !chain.isOwn) known = await claimsOfGroup(message, ports);
    results.push(ended.result);
  }
  return { results };
}

/** The request for the claim of the next step, to be made with the end of this one; undefined if it has to wait. */
function nextRequest(
  message: GroupMessage,
  position: number,
  known: readonly (ClaimItem | undefined)[],
  workerOf: (step: GroupedStep) => GroupWorker,
  invocation: Invocation,
  ports: Pick<WorkPorts, "now">,
): ClaimRequest | undefined {
  const step = message.group.steps[position + 1];
  if (!step || known[position + 1]) return undefined;
  const { spec } = workerOf(step);
  if (spec.repeatable || !hasTimeFor(spec, invocation, ports)) return undefined;
  const own = { ...messageOf(message, step, undefined), position: position + 1 };
  return requestOf(effectOf(own, spec, invocation));
}

/**
 * A retry continues after the completed steps. At the first delivery of the first attempt there are none,
 * unless the run began without an execution.
 */
function isFirst({ attempt, run, express }: GroupMessage): boolean {
  return attempt <= 1 && (!run.express || express !== undefined);
}

/** Answers the group's token with the results that the state machine reads. */
export async function answerGroup(
  message: GroupMessage,
  results: readonly unknown[],
  ports: Pick<WorkPorts, "executions" | "log">,
): Promise<WorkOutcome> {
  const fields = Object.entries(message.group.answer);
  const answer = Object.fromEntries(fields.map(([field, position]) => [field, results[position] ?? null]));
  const bytes = bytesOf(answer);
  if (bytes <= LONGEST_ANSWER) return await succeed(message, answer, ports);
  const failure = giveUp(
    `The results of ${message.group.steps.map(({ path }) => path).join(", ")} have ${bytes} bytes together that the state machine reads; the maximum is ${LONGEST_ANSWER}. Set apart: true for one of them.`,
    { name: "ResultTooLarge" },
  );
  return await fail(message, toFailure(failure), ports);
}

/** The claims of a group's steps, in their order. */
export async function claimsOfGroup(
  message: GroupMessage,
  { claims }: { claims: Pick<WorkPorts["claims"], "read" | "find"> },
): Promise<(ClaimItem | undefined)[]> {
  const { run, group } = message;
  const keys = group.steps.map(({ path }) => claimKey(run.id, run.epoch, path, "do"));
  return isTakenOver(message) ? await Promise.all(keys.map(claims.find)) : await claims.read(...keys);
}

function hasTimeFor(
  { timeout }: StepSpec,
  { deadline }: Invocation,
  { now }: Pick<WorkPorts, "now">,
): boolean {
  return now() + milliseconds(timeout) + OVERHEAD <= deadline;
}

/** The message that the step would have on its own, without its input. */
export function messageOf(
  message: GroupMessage,
  { step, path, reads, undo, resultLimit }: GroupedStep,
  claim: ClaimItem | undefined,
): StepMessage {
  return {
    ...message,
    step,
    path,
    reads,
    undo,
    resultLimit,
    attempt: attemptOf(message, claim),
    groupAttempt: message.attempt,
  };
}

/**
 * The attempt number of a step. The group's attempts count those of all its steps; the step's own are counted
 * in its claim, from the entry of the state.
 */
function attemptOf({ entered, attempt }: GroupMessage, claim: ClaimItem | undefined): number {
  // Of a run that was handed over: the execution counts that attempt as its own.
  if (claim && isOfExpress(claim.fence)) return claim.attempt;
  if (!claim || enteredAt(claim.fence) !== Date.parse(entered)) return 1;
  const isSame = claim.fence === fenceOf({ entered, attempt });
  return isSame || claim.state !== "failed" ? claim.attempt : claim.attempt + 1;
}

/** Runs one step. Its answer stays here; whether the message stays in the queue is decided for the group. */
async function stepOf(
  own: StepMessage,
  ports: WorkPorts,
  message: GroupMessage,
  act: (ports: WorkPorts) => Promise<WorkOutcome>,
): Promise<WorkOutcome | { result: unknown }> {
  const { executions, deferred } = ports;
  let output: string | undefined;
  const outcome = await act({
    ...ports,
    executions: {
      async succeed(_token, result) {
        output = result;
        return "delivered";
      },
      fail: failureOf(own, executions),
    },
    deferred: { ...deferred, put: (item) => deferred.put({ ...item, message }) },
  });
  return output === undefined ? outcome : { result: JSON.parse(output) };
}

/** How one step of a group fails. */
export function failureOf(
  own: Pick<StepMessage, "path">,
  executions: Pick<Executions, "fail">,
): Executions["fail"] {
  return (token, error, cause) => executions.fail(token, errorInGroup(error, own), cause);
}

/** The failures on which the state machine decides for one step carry its name. */
export function errorInGroup(error: string, { path }: Pick<StepMessage, "path">): string {
  return NAMED.has(error) ? errorOfStep(error, nodeOfStep(path)) : error;
}

const NAMED = new Set<string>([TASK_ERROR.retry, TASK_ERROR.ask]);
