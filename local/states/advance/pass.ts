import type { State } from "../definition.ts";
import { effectiveInput } from "../expressions.ts";
import type { Frame } from "../frame.ts";
import type { Run } from "../run.ts";
import { applyFields, leave, leaveWithResult } from "./transition.ts";

export async function pass(run: Run, frame: Frame, state: State): Promise<void> {
  if (run.isJsonata(state)) {
    leave(run, frame, state, { ...(await applyFields(run, frame, state, frame.input)), next: state.Next });
    return;
  }
  if (state.Result !== undefined) run.note("result", state.Result);
  const result = state.Result === undefined ? await effectiveInput(run, frame, state) : state.Result;
  await leaveWithResult(run, frame, state, result);
}
