import { DefinitionError } from "../../../contract/definition-error.ts";
import { isWhole } from "../../../contract/whole-number.ts";
import { MACHINE_ERROR } from "../../errors.ts";
import type { Expression } from "../../expression.ts";
import { code } from "../../frame.ts";
import type { Tolerance } from "../../graph.ts";
import { quote, wrap } from "../../jsonata.ts";
import { variableName } from "../../names.ts";
import type { Machine, States } from "../../states.ts";

// Each item ends as `{ result }` or as `{ failed: true, error }`: a result may be null itself, or a list.

export function refuseTolerance(tolerance: Tolerance | undefined, what: string): void {
  if (tolerance === undefined) return;
  const share = /^(\d+(?:\.\d+)?)%$/.exec(String(tolerance))?.[1];
  if (share !== undefined && Number(share) > 0 && Number(share) <= 100) return;
  if (isWhole(tolerance, 1)) return;
  throw new DefinitionError(
    `The "tolerate" of ${what} is ${tolerance}. It must be a whole number of items, 1 or more, or a share of the list as in "25%".`,
  );
}

/** The outcome of an item, at the end of its body. */
export function itemOutcome(result: Expression): Expression {
  return { kind: "record", fields: { result } };
}

/** An item's body, so that its failure is the item's outcome. A Parallel catches every failure inside it. */
export function tolerantItem(each: string, body: Machine): Machine {
  const [item, failed] = [`${each} item`, `${each} item failed`];
  return {
    StartAt: item,
    States: {
      [item]: {
        Type: "Parallel",
        Branches: [body],
        Catch: [
          {
            ErrorEquals: ["States.ALL"],
            Output: { failed: true, error: wrap("$states.errorOutput.Error") },
            Next: failed,
          },
        ],
        Output: wrap("$states.result[0]"),
        End: true,
      },
      [failed]: { Type: "Pass", End: true },
    },
  };
}

/** The variable with the outcomes of all items until their failures are counted. */
export function outcomesVariable(each: string): string {
  return `${variableName(each)}_items`;
}

/** Counts the failures, and continues with `next` or ends the run. */
export function tolerating(each: string, tolerance: Tolerance, next: string): Machine {
  const [counted, exceeded] = [`${each} tolerance`, `${each} failed`];
  const outcomes = `$${outcomesVariable(each)}`;
  const failures = `$count(${outcomes}[failed])`;
  const tooMany =
    typeof tolerance === "number"
      ? `${failures} > ${tolerance}`
      : `${failures} * 100 > $count(${outcomes}) * ${Number.parseFloat(tolerance)}`;
  const cause = [
    quote(`Of the items of "${each}", `),
    failures,
    quote(" of "),
    `$count(${outcomes})`,
    quote(` failed, where ${tolerance} may; the first by `),
    `${outcomes}[failed][0].error`,
  ].join(" & ");
  const states: States = {
    [counted]: { Type: "Choice", Choices: [{ Condition: wrap(tooMany), Next: exceeded }], Default: next },
    [exceeded]: { Type: "Fail", Error: MACHINE_ERROR.tooManyFailed, Cause: wrap(cause) },
  };
  return { StartAt: counted, States: states };
}

/**
 * The results of all items as a list, null for failed ones; protected from JSONata's unpacking of lists with
 * one item.
 */
export function resultsOf(each: string): Expression {
  const outcomes = `$${outcomesVariable(each)}`;
  const result = "function($item) { $exists($item.result) ? $item.result : null }";
  return code(`$count(${outcomes}) = 0 ? [] : $map(${outcomes}, ${result})[]`);
}
