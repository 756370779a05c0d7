import type { Frame } from "./frame.ts";
import type { Run } from "./run.ts";
import { writeToken } from "./tokens.ts";

/** Resources whose tasks end by something else than the call's answer: these have a token. */
const WAITS = /\.(sync(:2)?|waitForTaskToken)$/;
const COUNTS_RETRIES = new Set(["Task", "Parallel", "Map"]);

/** The context object ($$, $states.context) of the frame's current state. */
export function contextObject(run: Run, frame: Frame): Record<string, unknown> {
  const { execution } = run;
  if (execution.context) return execution.context;
  const state = run.stateOf(frame);
  const retries = frame.retries.reduce((sum, count) => sum + count, 0);
  const context: Record<string, unknown> = {
    Execution: {
      Id: execution.arn,
      Input: execution.input,
      StartTime: isoTime(execution.started),
      Name: execution.name,
      RoleArn: execution.roleArn,
      ...(execution.type === "STANDARD" && { RedriveCount: execution.redriveCount }),
      ...(execution.redriven !== null && { RedriveTime: isoTime(execution.redriven) }),
    },
    StateMachine: { Id: execution.machineArn, Name: execution.machineName },
    State: {
      Name: frame.state,
      EnteredTime: isoTime(frame.entered?.time ?? run.now()),
      ...(COUNTS_RETRIES.has(state.Type) && { RetryCount: retries }),
    },
  };
  const token = taskToken(run, frame);
  if (token) context.Task = { Token: token };
  const item = enclosingItem(run, frame);
  if (item) context.Map = { Item: item };
  return context;
}

/** Variables that are visible in the frame; inner ones hide outer ones. A child workflow has none from outside. */
export function visibleVariables(run: Run, frame: Frame): Record<string, unknown> {
  const parent = frame.parent === null ? undefined : run.frame(frame.parent);
  const isolated = parent?.phase.kind === "map" && parent.phase.run !== undefined;
  if (!parent || isolated) return frame.variables;
  return { ...visibleVariables(run, parent), ...frame.variables };
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function enclosingItem(run: Run, frame: Frame): Frame["item"] {
  for (let at: Frame | undefined = frame; at; at = at.parent === null ? undefined : run.frame(at.parent)) {
    if (at.item) return at.item;
  }
  return undefined;
}

function taskToken(run: Run, frame: Frame): string | undefined {
  if (frame.phase.kind !== "task" || !WAITS.test(run.stateOf(frame).Resource)) return undefined;
  return writeToken({ execution: run.execution.id, frame: frame.id, nonce: frame.phase.nonce });
}
