import { CHOICE_OPERATORS } from "../jsonpath/choice.ts";
import {
  boolean,
  both,
  type Check,
  jsonataOnly,
  listOf,
  number,
  object,
  type Shape,
  shape,
  string,
} from "./check.ts";
import { jsonata, referencePath, template, timestamp } from "./expressions.ts";

const COMPARANDS: [RegExp, Check][] = [
  [/Path$/, referencePath],
  [/^Timestamp/, timestamp],
  [/^String/, string],
  [/^Numeric/, number(Number.NEGATIVE_INFINITY)],
  [/^(Boolean|Is)/, boolean],
];

const COMPARISONS = Object.fromEntries(
  CHOICE_OPERATORS.map((name) => [name, COMPARANDS.find(([pattern]) => pattern.test(name))![1]]),
);

/** A rule inside And, Or or Not: it is part of a decision, so it has no Next. */
const nestedRule: Check = (value, place) => rule({})(value, place);

/** A JSONata rule's condition: an expression, or true or false as it is. */
const condition: Check = (value, place) => (typeof value === "boolean" ? [] : jsonata(value, place));

/** What a rule of the list has besides its condition. */
const OUTCOME: Shape["fields"] = { Next: string, Assign: template };

const jsonPathRule = rule(OUTCOME, ["Next"]);
const jsonataRule = shape({
  fields: { Condition: condition, Comment: string, Output: template, ...OUTCOME },
  required: ["Condition", "Next"],
});

/** Checks one entry of a Choice state's Choices. */
export const choiceRule: Check = (value, place) =>
  (place.language === "JSONata" ? jsonataRule : jsonPathRule)(value, place);

function rule(outcome: Shape["fields"], required: string[] = []): Check {
  const common = { Comment: string, Condition: jsonataOnly(condition), ...outcome };
  const comparison = shape({
    fields: { ...common, Variable: referencePath, ...COMPARISONS },
    required: ["Variable", ...required],
    exactlyOne: [[...CHOICE_OPERATORS]],
  });
  const combination = shape({
    fields: { ...common, And: listOf(nestedRule), Or: listOf(nestedRule), Not: nestedRule },
    required,
    exactlyOne: [["And", "Or", "Not"]],
  });
  return both(object, (value, place) => {
    const combines = ["And", "Or", "Not"].some((name) => name in (value as object));
    return (combines ? combination : comparison)(value, place);
  });
}
