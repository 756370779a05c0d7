import {
  both,
  type Check,
  excluding,
  inField,
  integer,
  jsonataOnly,
  jsonPathOnly,
  listOf,
  number,
  object,
  oneOf,
  type QueryLanguage,
  type Shape,
  shape,
  string,
} from "./check.ts";
import { error, schemaError } from "./diagnostic.ts";
import { orJsonata, template } from "./expressions.ts";
import { DOING, fromPath, NEXT_OR_END, WORK } from "./fields.ts";
import { label } from "./label.ts";
import { SIMPLE_STATES } from "./simple.ts";

const processorConfig = shape({
  fields: { Mode: oneOf("INLINE", "DISTRIBUTED"), ExecutionType: oneOf("STANDARD", "EXPRESS") },
});

/** The state types that contain other states. */
const CONTAINERS: Record<string, Shape> = {
  Parallel: {
    fields: {
      ...DOING,
      ...WORK,
      Branches: listOf(nested({})),
    },
    required: ["Branches"],
    exactlyOne: [NEXT_OR_END],
  },
  Map: {
    fields: {
      ...DOING,
      Parameters: WORK.Parameters!,
      ItemProcessor: nested({ ProcessorConfig: processorConfig }),
      Iterator: nested({ ProcessorConfig: processorConfig }),
      Items: jsonataOnly(template),
      ItemsPath: fromPath,
      ItemSelector: template,
      ItemReader: shape({
        fields: {
          Resource: string,
          Parameters: jsonPathOnly(template),
          Arguments: jsonataOnly(template),
          ReaderConfig: excluding(["MaxItems", "MaxItemsPath"]),
        },
        required: ["Resource"],
      }),
      ItemBatcher: excluding(
        ["MaxItemsPerBatch", "MaxItemsPerBatchPath"],
        ["MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"],
      ),
      ResultWriter: shape({
        fields: {
          Resource: string,
          Parameters: jsonPathOnly(template),
          Arguments: jsonataOnly(template),
          WriterConfig: object,
        },
      }),
      MaxConcurrency: orJsonata(integer(0)),
      MaxConcurrencyPath: fromPath,
      ToleratedFailureCount: orJsonata(integer(0)),
      ToleratedFailureCountPath: fromPath,
      ToleratedFailurePercentage: orJsonata(number(0, 100)),
      ToleratedFailurePercentagePath: fromPath,
      Label: label,
    },
    exactlyOne: [NEXT_OR_END, ["ItemProcessor", "Iterator"]],
    atMostOne: [
      ["Items", "ItemsPath"],
      ["ItemSelector", "Parameters"],
      ["MaxConcurrency", "MaxConcurrencyPath"],
      ["ToleratedFailureCount", "ToleratedFailureCountPath"],
      ["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"],
    ],
  },
};

const CHECKS: Record<string, Check> = Object.fromEntries(
  Object.entries({ ...SIMPLE_STATES, ...CONTAINERS }).map(([type, description]) => [
    type,
    shape(description),
  ]),
);

const LANGUAGES: QueryLanguage[] = ["JSONPath", "JSONata"];

/** Checks a state by the rules of its type. */
export const state: Check = both(object, (value, place) => {
  const given = value as Record<string, unknown>;
  if (!Object.hasOwn(given, "Type")) return schemaError("These fields are required: [Type]", place.location);
  const problems = oneOf(...Object.keys(CHECKS))(given.Type, inField(place, "Type"));
  if (problems.length > 0) return problems;
  if (given.QueryLanguage === "JSONPath" && place.machine.language === "JSONata") {
    return schemaError(
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
      place.location,
    );
  }
  const language = LANGUAGES.find((known) => known === given.QueryLanguage) ?? place.machine.language;
  return CHECKS[given.Type as string]!(value, { ...place, language });
});

const LONGEST_NAME = 80;

/** The States of a machine, of a branch or of an item processor. */
const states: Check = both(object, (value, place) => {
  const entries = Object.entries(value as object);
  if (entries.length === 0) return schemaError("Value cannot be empty", place.location);
  return entries.flatMap(([name, content]) => {
    const inside = inField(place, name);
    const long = `State name exceeds ${LONGEST_NAME} characters: ${name}`;
    return [
      ...([...name].length > LONGEST_NAME ? [error("INVALID_STATE_NAME", long, inside.location)] : []),
      ...state(content, inside),
    ];
  });
});

/** A branch or an item processor. Its states have the language of the machine, not of the state around them. */
function nested(fields: Shape["fields"]): Check {
  const check = shape({
    fields: { StartAt: string, States: (value, place) => states(value, place), Comment: string, ...fields },
    required: ["States", "StartAt"],
  });
  return (value, place) => check(value, { ...place, language: place.machine.language });
}

/** Checks the whole definition. */
export const machine: Check = shape({
  fields: {
    StartAt: string,
    States: states,
    Comment: string,
    Version: oneOf("1.0"),
    TimeoutSeconds: integer(1, 99_999_999),
    QueryLanguage: oneOf(...LANGUAGES),
  },
  required: ["States", "StartAt"],
});
