import { asText } from "../../kernel/json-text.ts";
import type { State } from "../definition.ts";
import { evaluateField, pathData } from "../expressions.ts";
import { type Failure, StatesError } from "../failure.ts";
import type { Frame } from "../frame.ts";
import { evaluateExpression } from "../jsonpath/index.ts";
import type { Run } from "../run.ts";

/** What a Fail state fails with. */
export async function failureOf(run: Run, frame: Frame, state: State): Promise<Failure> {
  if (!run.isJsonata(state)) run.note("afterInputPath", frame.input);
  const error = await text(run, frame, state, "Error");
  const cause = await text(run, frame, state, "Cause");
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

async function text(
  run: Run,
  frame: Frame,
  state: State,
  field: "Error" | "Cause",
): Promise<string | undefined> {
  const path = `${field}Path`;
  if (state[path] !== undefined) return textAtPath(run, frame, path, state[path]);
  if (state[field] === undefined || !run.isJsonata(state)) return state[field];
  return asText(await evaluateField(run, frame, state[field], field));
}

/** ErrorPath and CausePath take intrinsic functions as well as paths, as the values of a payload template do. */
function textAtPath(run: Run, frame: Frame, field: string, path: string): string {
  const value = evaluateExpression(path, field, pathData(run, frame, frame.input));
  if (typeof value === "string") return value;
  throw new StatesError(
    "States.Runtime",
    `The value at the path '${path}' specified for the field '${field}' must be a string, but was: ${JSON.stringify(value)}`,
  );
}
