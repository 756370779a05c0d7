import {
  anything,
  boolean,
  both,
  type Field,
  jsonataOnly,
  jsonPathOnly,
  nullOr,
  object,
  oneOf,
  type Place,
  type Shape,
  string,
} from "./check.ts";
import { type Diagnostic, schemaError } from "./diagnostic.ts";
import { catchers, retriers } from "./errors.ts";
import { path, referencePath, resultPath, template } from "./expressions.ts";

// The fields that several state types share.

export const COMMON: Shape["fields"] = {
  Type: anything,
  Comment: string,
  QueryLanguage: oneOf("JSONPath", "JSONata"),
};
export const DATA: Shape["fields"] = {
  InputPath: jsonPathOnly(nullOr(path)),
  OutputPath: jsonPathOnly(nullOr(path)),
  Output: jsonataOnly(template),
};
export const VARIABLES: Shape["fields"] = { Assign: both(object, both(variableNames, template)) };
export const TRANSITION: Shape["fields"] = { Next: string, End: boolean };
export const RESULT: Shape["fields"] = {
  ResultPath: jsonPathOnly(nullOr(resultPath)),
  ResultSelector: jsonPathOnly(template),
};
export const WORK: Shape["fields"] = { Parameters: jsonPathOnly(template), Arguments: jsonataOnly(template) };
const RECOVERY: Shape["fields"] = { Retry: retriers, Catch: catchers };
/** Of a state that does something, and may fail. */
export const DOING: Shape["fields"] = {
  ...COMMON,
  ...DATA,
  ...VARIABLES,
  ...TRANSITION,
  ...RESULT,
  ...RECOVERY,
};

export const NEXT_OR_END = ["Next", "End"];
export const fromPath: Field = jsonPathOnly(referencePath);

const LONGEST_VARIABLE = 80;

function variableNames(value: unknown, place: Place): Diagnostic[] {
  return Object.keys(value as object)
    .map((name) => name.replace(/\.\$$/, ""))
    .flatMap((name) => {
      if (name === "states") return schemaError("The variable name 'states' is reserved", place.location);
      if ([...name].length <= LONGEST_VARIABLE) return [];
      return schemaError(
        `The variable name '${name}' exceeds ${LONGEST_VARIABLE} characters`,
        place.location,
      );
    });
}
