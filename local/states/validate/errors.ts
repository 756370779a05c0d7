import {
  both,
  type Check,
  inField,
  integer,
  items,
  jsonataOnly,
  jsonPathOnly,
  listOf,
  nullOr,
  number,
  oneOf,
  shape,
  string,
} from "./check.ts";
import { type Diagnostic, schemaError } from "./diagnostic.ts";
import { resultPath, template } from "./expressions.ts";

const SECONDS_IN_A_YEAR = 31_622_400;

/** Checks the Retry of a Task, Map or Parallel state. */
export const retriers: Check = both(
  items(
    shape({
      fields: {
        Comment: string,
        ErrorEquals: listOf(string),
        IntervalSeconds: integer(1, 99_999_999),
        MaxAttempts: integer(0, 99_999_999),
        BackoffRate: number(1),
        MaxDelaySeconds: integer(1, SECONDS_IN_A_YEAR),
        JitterStrategy: oneOf("FULL", "NONE"),
      },
      required: ["ErrorEquals"],
    }),
  ),
  catchAllLast,
);

const catcher = shape({
  fields: {
    Comment: string,
    ErrorEquals: listOf(string),
    Next: string,
    ResultPath: jsonPathOnly(nullOr(resultPath)),
    Output: jsonataOnly(template),
    Assign: template,
  },
  required: ["ErrorEquals", "Next"],
});

/** Checks the Catch of a Task, Map or Parallel state. */
export const catchers: Check = both(
  items((value, place) => catcher(value, { ...place, catching: true })),
  catchAllLast,
);

/** States.ALL catches whatever is left, so it is alone, in the last clause. */
function catchAllLast(value: unknown, place: Parameters<Check>[1]): Diagnostic[] {
  const clauses = value as { ErrorEquals: string[] }[];
  return clauses.flatMap(({ ErrorEquals }, index) => {
    if (!ErrorEquals.includes("States.ALL")) return [];
    const { location } = inField({ ...place, location: `${place.location}[${index}]` }, "ErrorEquals");
    if (ErrorEquals.length > 1) return schemaError("'States.ALL' must appear alone in ErrorEquals", location);
    return index < clauses.length - 1
      ? schemaError("'States.ALL' must appear in the last clause", location)
      : [];
  });
}
