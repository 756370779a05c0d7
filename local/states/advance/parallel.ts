import type { State } from "../definition.ts";
import { effectiveInput } from "../expressions.ts";
import type { Frame } from "../frame.ts";
import { parseData } from "../numbers.ts";
import type { Run } from "../run.ts";
import { leaveWithResult } from "./transition.ts";

/** Starts every branch with the same input. */
export async function parallel(run: Run, frame: Frame, state: State): Promise<void> {
  const input = await effectiveInput(run, frame, state);
  run.record(frame, "ParallelStateStarted");
  frame.phase = { kind: "parallel", remaining: state.Branches.length };
  run.offload(frame);
  for (const [index, branch] of state.Branches.entries()) {
    run.setItem(frame, index, "null");
    run.add({
      parent: frame.id,
      index,
      scope: [...frame.scope, [frame.state, index]],
      state: branch.StartAt,
      input,
      variables: {},
      previous: frame.previous,
      entered: null,
      retries: [],
      phase: { kind: "ready" },
      ...(frame.silent && { silent: true }),
    });
  }
}

/** A branch has ended well: the last one ends the Parallel. */
export async function branchSucceeded(
  run: Run,
  frame: Frame,
  state: State,
  child: { index: number; output: string; previous: number },
): Promise<void> {
  if (frame.phase.kind !== "parallel") return;
  run.setOutput(frame, child.index, child.output);
  frame.phase.remaining--;
  if (frame.phase.remaining > 0) return;
  frame.previous = child.previous;
  run.record(frame, "ParallelStateSucceeded", null, { aside: true });
  const results = run.results(frame).slice(0, state.Branches.length);
  await leaveWithResult(run, frame, state, parseData(`[${results.join(",")}]`));
}
