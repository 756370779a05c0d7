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
  const input = await effectiveInput(run, frame, state);
  await leaveWithResult(run, frame, state, state.Result === undefined ? input : state.Result);
}
