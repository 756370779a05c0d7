import { asText } from "../../kernel/json-text.ts";
import type { State } from "../definition.ts";
import { evaluateField, inputOf, pathData } from "../expressions.ts";
import { StatesError } from "../failure.ts";
import type { Frame } from "../frame.ts";
import { isJsonata, jsonataOf } from "../jsonata/evaluate.ts";
import { unexpectedType } from "../jsonata/failure.ts";
import { readPath } from "../jsonpath/index.ts";
import { numeric } from "../numbers.ts";
import type { Run } from "../run.ts";

interface Limit {
  field: string;
  type: "integer" | "number";
}

/** A number that a state takes literally, by an expression, or from the path in `<field>Path`; null without any. */
async function limit(run: Run, frame: Frame, state: State, { field, type }: Limit): Promise<number | null> {
  const value = await given(run, frame, state, { field, type });
  if (value !== null) run.note(`${field[0]!.toLowerCase()}${field.slice(1)}`, value);
  return value;
}

async function given(run: Run, frame: Frame, state: State, { field, type }: Limit): Promise<number | null> {
  const path = state[`${field}Path`];
  if (path !== undefined) {
    const input = inputOf(run, frame, state);
    const value = numeric(readPath(path, pathData(run, frame, input)));
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    const fits = type === "integer" ? Number.isInteger(number) : Number.isFinite(number);
    if (fits) return number as number;
    throw new StatesError(
      "States.Runtime",
      `The ${field}Path field refers to value "${asText(value)}" which is not a valid ${type === "number" ? "float" : type}: ${path}`,
    );
  }
  const literal = state[field];
  if (literal === undefined) return null;
  if (!isJsonata(literal)) return literal;
  const value = await evaluateField(run, frame, literal, field);
  if (type === "integer" ? Number.isInteger(value) : typeof value === "number") return value as number;
  throw unexpectedType(jsonataOf(literal), field, type, value);
}

/** An integer of either sign. */
export async function integer(run: Run, frame: Frame, state: State, field: string): Promise<number | null> {
  return await limit(run, frame, state, { field, type: "integer" });
}

/** A count that must not be negative: MaxConcurrency, ToleratedFailureCount, TimeoutSeconds, … */
export async function count(run: Run, frame: Frame, state: State, field: string): Promise<number | null> {
  const value = await limit(run, frame, state, { field, type: "integer" });
  if (value !== null && value < 0) throw new StatesError("States.Runtime", `${field} cannot be negative.`);
  return value;
}

export async function percentage(
  run: Run,
  frame: Frame,
  state: State,
  field: string,
): Promise<number | null> {
  const value = await limit(run, frame, state, { field, type: "number" });
  if (value !== null && (value < 0 || value > 100)) {
    throw new StatesError("States.Runtime", `${field} must be between 0 and 100.`);
  }
  return value;
}
