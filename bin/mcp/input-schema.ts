import { fromJsonSchema, type StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import type { JsonSchema } from "./route.ts";

/** The arguments of a tool. A refusal names the arguments that the tool takes: a model corrects them by that. */
export function inputSchemaOf(input: JsonSchema): StandardSchemaWithJSON<Record<string, unknown>> {
  const schema = fromJsonSchema<Record<string, unknown>>(input);
  const standard = schema["~standard"];
  return {
    "~standard": {
      ...standard,
      validate: async (given) => {
        const result = await standard.validate(given);
        if (!result.issues) return result;
        const says = result.issues.map(({ message }) => message).join(", ");
        return {
          issues: [{ message: `${says}.${unknownOf(given, input)} It takes: ${argumentsOf(input)}.` }],
        };
      },
    },
  };
}

function unknownOf(given: unknown, { properties }: JsonSchema): string {
  const unknown = Object.keys(given as object).filter((name) => !Object.hasOwn(properties as object, name));
  return unknown.length > 0 ? ` Unknown: ${unknown.join(", ")}.` : "";
}

/** `run, decision (approve | reject), note (optional)`. */
function argumentsOf({ properties, required }: JsonSchema): string {
  return Object.entries(properties as Record<string, JsonSchema>)
    .map(([name, { enum: values }]) => {
      const notes = [
        ...(Array.isArray(values) ? [values.join(" | ")] : []),
        ...((required as string[]).includes(name) ? [] : ["optional"]),
      ];
      return notes.length > 0 ? `${name} (${notes.join(", ")})` : name;
    })
    .join(", ");
}
