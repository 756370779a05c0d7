import { StatesError } from "../failure.ts";

/** An expression that gave no usable value; `location` is the field that holds it: "Output/items[0]". */
export function queryEvaluationError(cause: string, location: string | undefined): StatesError {
  return new StatesError("States.QueryEvaluationError", cause, location);
}

/** The words with which the service names the expression that went wrong. */
export function namingExpression(expression: string, location: string | undefined): string {
  const field = location === undefined ? "" : ` specified for the field '${location}'`;
  return `The JSONata expression '${expression}'${field}`;
}

/** An expression gave a value, but not of the type that its field takes ("array", "number", "string", …). */
export function unexpectedType(
  expression: string,
  location: string,
  expected: string,
  value: unknown,
): StatesError {
  return queryEvaluationError(
    `${namingExpression(expression, location)} returned an unexpected result type. ` +
      `Expected '${expected}', but was '${jsonType(value)}' for value: ${JSON.stringify(value)}`,
    location,
  );
}

function jsonType(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
