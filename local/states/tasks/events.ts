import type { State } from "../definition.ts";
import { errorAndCause, type Failure } from "../failure.ts";
import type { Frame, TaskPhase } from "../frame.ts";
import type { Run } from "../run.ts";
import { parseResource, type TaskResource } from "./resource.ts";

const WHOLE = { truncated: false };

/** Records that a task was submitted to its resource. */
export function recordScheduled(
  run: Run,
  frame: Frame,
  state: State,
  { phase, timeout }: { phase: TaskPhase; timeout: number | null },
): void {
  const resource = parseResource(state.Resource);
  const timeouts = {
    ...(timeout !== null && { timeoutInSeconds: timeout }),
    ...(phase.heartbeatSeconds !== undefined && { heartbeatInSeconds: phase.heartbeatSeconds }),
  };
  const parameters = JSON.stringify(phase.parameters);
  const credentials = phase.role === undefined ? {} : { taskCredentials: { roleArn: phase.role } };
  if (resource.kind === "service") {
    run.record(frame, "TaskScheduled", {
      ...names(resource),
      region: run.execution.arn.split(":")[3],
      parameters,
      ...timeouts,
      ...credentials,
    });
    return;
  }
  const details = {
    resource: resource.arn,
    input: parameters,
    inputDetails: WHOLE,
    ...timeouts,
    ...credentials,
  };
  run.record(frame, `${prefix(resource)}Scheduled`, details);
}

/** Records that the resource began: for an activity, that a worker took the task. */
export function recordStarted(run: Run, frame: Frame, state: State, workerName?: string): void {
  const resource = parseResource(state.Resource);
  const worker = workerName === undefined ? {} : { workerName };
  const details =
    resource.kind === "service" ? names(resource) : resource.kind === "activity" ? worker : null;
  run.record(frame, `${prefix(resource)}Started`, details);
}

export function recordSubmitted(run: Run, frame: Frame, state: State, output: string): void {
  const resource = parseResource(state.Resource);
  run.record(frame, "TaskSubmitted", { ...names(resource), output, outputDetails: WHOLE });
}

export function recordSucceeded(run: Run, frame: Frame, state: State, output: string): void {
  const resource = parseResource(state.Resource);
  run.record(frame, `${prefix(resource)}Succeeded`, { ...names(resource), output, outputDetails: WHOLE });
}

export function recordFailed(run: Run, frame: Frame, state: State, failure: Failure): void {
  const resource = parseResource(state.Resource);
  run.record(frame, `${prefix(resource)}Failed`, { ...names(resource), ...errorAndCause(failure) });
}

export function recordTimedOut(run: Run, frame: Frame, state: State, failure: Failure): void {
  const resource = parseResource(state.Resource);
  run.record(frame, `${prefix(resource)}TimedOut`, { ...names(resource), ...errorAndCause(failure) });
}

/** How messages call the task: by the service, or by the ARN. */
export function nameOf(state: State): string {
  const resource = parseResource(state.Resource);
  return resource.kind === "service" ? resource.type : resource.arn;
}

function prefix(resource: TaskResource): string {
  return { service: "Task", function: "LambdaFunction", activity: "Activity" }[resource.kind];
}

function names(resource: TaskResource): object {
  return resource.kind === "service" ? { resourceType: resource.type, resource: resource.action } : {};
}
