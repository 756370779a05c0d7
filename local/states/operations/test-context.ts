import type { State } from "../definition.ts";
import { parseJson } from "./arguments.ts";
import { refusals } from "./errors.ts";

/** What a context object may hold; `string` and `number` are checked, `any` takes every JSON. */
const SHAPE: Record<string, Record<string, "string" | "number" | "any">> = {
  Execution: {
    Id: "string",
    Input: "any",
    Name: "string",
    RoleArn: "string",
    StartTime: "string",
    RedriveCount: "number",
    RedriveTime: "string",
  },
  State: { EnteredTime: "string", Name: "string", RetryCount: "number" },
  StateMachine: { Id: "string", Name: "string" },
  Task: { Token: "string" },
};

/** The context object that TestState is given. Throws ValidationException for one that cannot be. */
export function checkContext(text: string, state: State): Record<string, unknown> {
  const context = parseJson(text, invalid) as Record<string, Record<string, unknown>>;
  if (context.Map) throw invalid("'Map' field is not supported when mocking a Context object");
  for (const [group, fields] of Object.entries(context)) {
    const shape = Object.hasOwn(SHAPE, group) ? SHAPE[group]! : undefined;
    if (!shape) throw invalid(`Field '${group}' is not allowed`);
    for (const [field, value] of Object.entries(fields)) {
      const type = Object.hasOwn(shape, field) ? shape[field] : undefined;
      if (!type) throw invalid(`Field '${field}' is not allowed`);
      if (type !== "any" && typeof value !== type) throw invalid(`${group}.${field} must be a ${type}`);
    }
  }
  const waits = state.Type === "Task" && /\.(sync(:2)?|waitForTaskToken)$/.test(state.Resource);
  if (context.Task && !waits) {
    throw invalid(
      "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
    );
  }
  return context;
}

function invalid(problem: string): Error {
  return refusals.validation(`Invalid Context object provided: ${problem}`);
}
