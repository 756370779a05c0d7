import { isDataObject } from "../../kernel/raw-number.ts";
import {
  both,
  type Check,
  integer,
  jsonPathOnly,
  listOf,
  object,
  type Place,
  type Shape,
  string,
} from "./check.ts";
import { choiceRule } from "./choices.ts";
import { type Diagnostic, schemaError, warning } from "./diagnostic.ts";
import { orJsonata, pathOrIntrinsic, template, timestamp } from "./expressions.ts";
import { COMMON, DATA, DOING, fromPath, NEXT_OR_END, RESULT, TRANSITION, VARIABLES, WORK } from "./fields.ts";
import { resource } from "./resource.ts";

const positiveSeconds = orJsonata(integer(1, 99_999_999));

/** Whose permissions the task has, as a text or from a path. */
const role: Check = (value, { location }) => {
  const { RoleArn, "RoleArn.$": path } = value as Record<string, unknown>;
  if (RoleArn !== undefined || path !== undefined) return [];
  return schemaError("The field 'RoleArn' is required but was missing", location);
};

/** The state types that contain no other states. */
export const SIMPLE_STATES: Record<string, Shape> = {
  Task: {
    fields: {
      ...DOING,
      ...WORK,
      Resource: resource,
      Credentials: both(object, both(role, template)),
      TimeoutSeconds: positiveSeconds,
      TimeoutSecondsPath: fromPath,
      HeartbeatSeconds: positiveSeconds,
      HeartbeatSecondsPath: fromPath,
    },
    required: ["Resource"],
    exactlyOne: [NEXT_OR_END],
    atMostOne: [
      ["TimeoutSeconds", "TimeoutSecondsPath"],
      ["HeartbeatSeconds", "HeartbeatSecondsPath"],
    ],
  },
  Wait: {
    fields: {
      ...COMMON,
      ...DATA,
      ...VARIABLES,
      ...TRANSITION,
      Seconds: orJsonata(integer(0, 99_999_999)),
      SecondsPath: fromPath,
      Timestamp: orJsonata(timestamp),
      TimestampPath: fromPath,
    },
    exactlyOne: [NEXT_OR_END, ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"]],
  },
  Pass: {
    fields: {
      ...COMMON,
      ...DATA,
      ...VARIABLES,
      ...TRANSITION,
      ResultPath: RESULT.ResultPath!,
      Parameters: WORK.Parameters!,
      Result: jsonPathOnly(staticResult),
    },
    exactlyOne: [NEXT_OR_END],
  },
  Succeed: { fields: { ...COMMON, ...DATA } },
  Fail: {
    fields: {
      ...COMMON,
      Error: orJsonata(string),
      ErrorPath: jsonPathOnly(pathOrIntrinsic),
      Cause: orJsonata(string),
      CausePath: jsonPathOnly(pathOrIntrinsic),
    },
    atMostOne: [
      ["Error", "ErrorPath"],
      ["Cause", "CausePath"],
    ],
  },
  Choice: {
    fields: { ...COMMON, ...DATA, ...VARIABLES, Choices: listOf(choiceRule), Default: string },
    required: ["Choices"],
  },
};

/** A Pass state's Result is returned as it is. */
function staticResult(value: unknown, place: Place): Diagnostic[] {
  const dynamic = isDataObject(value) ? Object.keys(value).filter((name) => name.endsWith(".$")) : [];
  return dynamic.map((name) =>
    warning(
      "PASS_RESULT_IS_STATIC",
      `The field '${name}' of Result is not evaluated: use Parameters`,
      place.location,
    ),
  );
}
