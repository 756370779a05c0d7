import { isDataObject } from "../../kernel/raw-number.ts";
import { isJsonata, jsonataOf } from "../jsonata/evaluate.ts";
import { isIntrinsic, parseIntrinsic } from "../jsonpath/intrinsic.ts";
import { parsePath } from "../jsonpath/parse.ts";
import { isReferencePath, PathSyntaxError } from "../jsonpath/path.ts";
import { parseTimestamp } from "../jsonpath/timestamp.ts";
import { both, type Check, inField, type Place, string } from "./check.ts";
import { type Diagnostic, schemaError, warning } from "./diagnostic.ts";
import { checkJsonata } from "./jsonata.ts";

/** Requires a JSONPath of any kind, as in InputPath and OutputPath. */
export const path: Check = both(string, (value, { location }) => {
  const problem = problemOf(() => parsePath(value as string));
  return problem === undefined ? [] : schemaError(`Value is not a Path: ${problem}`, location);
});

/** A JSONPath that names one place: ResultPath, ItemsPath, Variable. */
export const referencePath: Check = both(string, (value, { location }) => {
  const problem = problemOf(() => {
    if (!isReferencePath(parsePath(value as string))) throw new PathSyntaxError("it may name several nodes");
  });
  return problem === undefined ? [] : schemaError(`Value is not a Reference Path: ${problem}`, location);
});

/** ResultPath: it is written to, so only the state's own data will do. */
export const resultPath: Check = both(referencePath, (value, { location }) =>
  parsePath(value as string).root.kind === "input"
    ? []
    : schemaError("Value is not a Reference Path: only '$' can be written to", location),
);

/** A path or an intrinsic function: ErrorPath, CausePath. */
export const pathOrIntrinsic: Check = both(string, (value, { location }) =>
  isExpression(value)
    ? []
    : schemaError("Value must be a valid JSONPath or a valid intrinsic function call", location),
);

export const timestamp: Check = both(string, (value, { location }) =>
  parseTimestamp(value as string) === undefined
    ? schemaError("String does not match RFC3339 timestamp", location)
    : [],
);

/** A literal that `check` accepts or, in a JSONata state, an expression. */
export function orJsonata(check: Check): Check {
  return (value, place) =>
    place.language === "JSONata" && meantAsExpression(value)
      ? jsonataTemplate(value, place)
      : check(value, place);
}

/** Requires a string that is one `{% … %}` expression, as in Condition. */
export const jsonata: Check = both(string, (value, place) =>
  isJsonata(value)
    ? checkJsonata(jsonataOf(value), place)
    : schemaError("A JSONata expression must start with '{%' and end with '%}'", place.location),
);

/** A JSON value with expressions of the state's query language in it: Parameters, Arguments, Assign. */
export const template: Check = (value, place) =>
  place.language === "JSONata" ? jsonataTemplate(value, place) : payloadTemplate(value, place);

function jsonataTemplate(value: unknown, place: Place): Diagnostic[] {
  return meantAsExpression(value) ? jsonata(value, place) : within(value, place, jsonataTemplate);
}

/** Text that starts or ends as an expression must do both. */
function meantAsExpression(value: unknown): boolean {
  return typeof value === "string" && (value.startsWith("{%") || value.endsWith("%}"));
}

function payloadTemplate(value: unknown, place: Place): Diagnostic[] {
  if (!isDataObject(value)) return within(value, place, payloadTemplate);
  const own = Object.entries(value).flatMap(([name, content]) => {
    if (!name.endsWith(".$")) return looksDynamic(name, content, place);
    if (Object.hasOwn(value, name.slice(0, -2))) {
      return schemaError(
        `The fields '${name.slice(0, -2)}' and '${name}' are the same field`,
        place.location,
      );
    }
    if (isExpression(content)) return [];
    return schemaError(
      `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`,
      place.location,
    );
  });
  return [...own, ...within(value, place, payloadTemplate)];
}

/** Applies a check to the parts of an array or an object. */
function within(value: unknown, place: Place, check: Check): Diagnostic[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => check(item, { ...place, location: `${place.location}[${index}]` }));
  }
  if (!isDataObject(value)) return [];
  return Object.entries(value).flatMap(([name, content]) => check(content, inField(place, name)));
}

function looksDynamic(name: string, content: unknown, place: Place): Diagnostic[] {
  if (typeof content !== "string" || !/^(\$[.[$]|States\.\w+\()/.test(content) || !isExpression(content))
    return [];
  return [
    warning(
      "NO_DOLLAR",
      `The value of the field '${name}' looks like an expression, but is text: the name does not end with '.$'`,
      inField(place, name).location,
    ),
  ];
}

function isExpression(value: unknown): boolean {
  if (typeof value !== "string") return false;
  return problemOf(() => (isIntrinsic(value) ? parseIntrinsic(value) : parsePath(value))) === undefined;
}

function problemOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof PathSyntaxError) return error.message;
    throw error;
  }
}
