import type { State } from "../definition.ts";
import { effectiveInput, evaluateField, pathData } from "../expressions.ts";
import { type Failure, StatesError } from "../failure.ts";
import type { Frame, TaskPhase } from "../frame.ts";
import { serialize } from "../json.ts";
import { evaluatePayloadTemplate } from "../jsonpath/index.ts";
import type { Run } from "../run.ts";
import type { Answer } from "../tasks/answer.ts";
import {
  nameOf,
  recordFailed,
  recordScheduled,
  recordStarted,
  recordSubmitted,
  recordSucceeded,
  recordTimedOut,
} from "../tasks/events.ts";
import { parameterProblems } from "../tasks/http/parameters.ts";
import { parseResource, type TaskResource } from "../tasks/resource.ts";
import { failState } from "./failure.ts";
import { count } from "./limits.ts";
import { leaveWithResult } from "./transition.ts";

const NONCE_BYTES = 18;

/** Hands the task to its resource; the engine makes the call once this is stored. */
export async function task(run: Run, frame: Frame, state: State): Promise<void> {
  const resource = parseResource(state.Resource);
  const nonce = run.environment.random.bytes(NONCE_BYTES).toString("base64url");
  const phase: TaskPhase = { kind: "task", nonce, stage: "calling", parameters: null };
  // Parameters may name the task token, which the context object takes from the phase.
  frame.phase = phase;
  phase.parameters = await effectiveInput(run, frame, state);
  refuseParameters(run, state, resource, phase.parameters);
  const role = await credentials(run, frame, state);
  if (role !== undefined) phase.role = role;
  const timeout = await count(run, frame, state, "TimeoutSeconds");
  const heartbeat = await count(run, frame, state, "HeartbeatSeconds");
  const now = run.now();
  if (timeout !== null) phase.timeoutAt = now + timeout * 1000;
  if (heartbeat !== null) {
    phase.heartbeatSeconds = heartbeat;
    phase.heartbeatAt = now + heartbeat * 1000;
  }
  if (resource.kind === "activity" && !run.knowsActivity(resource.arn))
    throw new StatesError("States.Runtime", `The activity ${resource.arn} does not exist.`);
  recordScheduled(run, frame, state, { phase, timeout });
  if (resource.kind === "activity") {
    phase.stage = "activity";
    phase.subject = resource.arn;
    run.effects.push({ kind: "activity", arn: resource.arn });
    return;
  }
  recordStarted(run, frame, state);
  run.effects.push({ kind: "call", frame: frame.id, nonce });
}

/** Parameters that the service checks before it calls the resource. */
function refuseParameters(run: Run, state: State, resource: TaskResource, parameters: unknown): void {
  if (resource.kind !== "service" || resource.type !== "http") return;
  const problems = parameterProblems(parameters);
  if (problems.length === 0) return;
  const field = run.isJsonata(state) ? "Arguments" : "Parameters";
  throw new StatesError(
    "States.Runtime",
    `The ${field} '${JSON.stringify(parameters)}' could not be used to start the Task: [${problems.join(", ")}]`,
  );
}

/** The answer of the resource, or of the holder of the token, has arrived. */
export async function answered(
  run: Run,
  frame: Frame,
  state: State,
  { phase, answer }: { phase: TaskPhase; answer: Answer },
): Promise<void> {
  switch (answer.kind) {
    case "submitted":
      recordSubmitted(run, frame, state, JSON.stringify(answer.output));
      phase.stage = answer.child === undefined ? "token" : "child";
      if (answer.child !== undefined) phase.subject = answer.child;
      return;
    case "failed":
      recordFailed(run, frame, state, answer.failure);
      return await failState(run, frame, answer.failure);
    case "result":
      return await succeeded(run, frame, state, answer.value);
  }
}

async function succeeded(run: Run, frame: Frame, state: State, value: unknown): Promise<void> {
  let output: string;
  try {
    output = serialize(value, nameOf(state));
  } catch (error) {
    if (!(error instanceof StatesError)) throw error;
    // Unlike other states, a task may catch that its result is too large.
    const failure = { error: error.error, cause: error.cause };
    recordFailed(run, frame, state, failure);
    return await failState(run, frame, failure);
  }
  recordSucceeded(run, frame, state, output);
  run.note("result", value);
  await leaveWithResult(run, frame, state, value);
}

/** Neither an answer nor a heartbeat has come in time. */
export async function timedOut(run: Run, frame: Frame, state: State, phase: TaskPhase): Promise<void> {
  const heartbeatMissed = phase.heartbeatAt !== undefined && phase.heartbeatAt <= run.now();
  const failure: Failure = { error: "States.Timeout" };
  if (heartbeatMissed) failure.alias = "States.HeartbeatTimeout";
  recordTimedOut(run, frame, state, failure);
  await failState(run, frame, failure);
}

async function credentials(run: Run, frame: Frame, state: State): Promise<string | undefined> {
  if (state.Credentials === undefined) return undefined;
  const value = run.isJsonata(state)
    ? await evaluateField(run, frame, state.Credentials, "Credentials")
    : evaluatePayloadTemplate(state.Credentials, pathData(run, frame, frame.input));
  return (value as { RoleArn?: string }).RoleArn;
}
