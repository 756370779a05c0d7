import type { State } from "../definition.ts";
import { evaluateField, inputOf, pathData, throughPath } from "../expressions.ts";
import { StatesError } from "../failure.ts";
import type { Frame } from "../frame.ts";
import { jsonataOf } from "../jsonata/evaluate.ts";
import { unexpectedType } from "../jsonata/failure.ts";
import { type ChoiceRule, evaluateChoiceRule } from "../jsonpath/index.ts";
import type { Run } from "../run.ts";
import { applyFields, assignByPath, leave } from "./transition.ts";

/** A choice rule, or the Choice state itself for its Default: where it leads and what it brings along. */
interface Taken {
  Next: string;
  Output?: unknown;
  Assign?: unknown;
}

export async function choice(run: Run, frame: Frame, state: State): Promise<void> {
  if (run.isJsonata(state)) {
    const taken = await takenByCondition(run, frame, state);
    leave(run, frame, state, { ...(await applyFields(run, frame, taken, frame.input)), next: taken.Next });
    return;
  }
  const input = inputOf(run, frame, state);
  const data = pathData(run, frame, input);
  const taken: Taken =
    state.Choices.find((rule: ChoiceRule) => evaluateChoiceRule(rule, data)) ?? byDefault(frame, state);
  const assigned = assignByPath(run, frame, taken, input);
  const output = throughPath(run, frame, state.OutputPath, input);
  leave(run, frame, state, { output, assigned, next: taken.Next });
}

async function takenByCondition(run: Run, frame: Frame, state: State): Promise<Taken> {
  for (const [index, rule] of state.Choices.entries()) {
    const where = `Choices[${index}]/Condition`;
    const verdict = await evaluateField(run, frame, rule.Condition, where);
    if (typeof verdict !== "boolean")
      throw unexpectedType(jsonataOf(rule.Condition), where, "boolean", verdict);
    if (verdict) return rule;
  }
  return byDefault(frame, state);
}

function byDefault(frame: Frame, state: State): Taken {
  if (state.Default !== undefined) return { Next: state.Default, Output: state.Output, Assign: state.Assign };
  throw new StatesError(
    "States.NoChoiceMatched",
    `Failed to transition out of the state '${frame.state}'. The state does not point to a next state.`,
  );
}
