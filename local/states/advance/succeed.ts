import type { State } from "../definition.ts";
import { inputOf, throughPath } from "../expressions.ts";
import type { Frame } from "../frame.ts";
import type { Run } from "../run.ts";
import { applyFields, assignByPath, leave } from "./transition.ts";

export async function succeed(run: Run, frame: Frame, state: State): Promise<void> {
  await leaveWithInput(run, frame, state);
}

/** Leaves a state that answers what it was given: Succeed, Wait. */
export async function leaveWithInput(run: Run, frame: Frame, state: State): Promise<void> {
  if (run.isJsonata(state)) {
    leave(run, frame, state, { ...(await applyFields(run, frame, state, frame.input)), next: state.Next });
    return;
  }
  const input = inputOf(run, frame, state);
  const assigned = assignByPath(run, frame, state, input);
  leave(run, frame, state, {
    output: throughPath(run, frame, state.OutputPath, input),
    assigned,
    next: state.Next,
  });
}
