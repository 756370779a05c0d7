import { compilePatterns, PatternError, parseJson, parsePattern } from "../events/pattern/index.ts";
import { isObject } from "../kernel/is-object.ts";
import { invalidParameter } from "./errors.ts";
import type { Message, MessageAttribute } from "./message.ts";

export type Scope = "MessageAttributes" | "MessageBody";
export type Filter = (message: Message) => boolean;

const MOST_KEYS = 5;
const MOST_COMBINATIONS = 150;

const invalid = (reason: string) => invalidParameter(`FilterPolicy: ${reason}`);

/**
 * Compiles a filter policy. The operators are those of event patterns; an attribute that the policy does not
 * name is ignored.
 * https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
 */
export function compileFilter(policy: string, scope: Scope): Filter {
  const fields = read(policy);
  check(fields, scope);
  const matches = compilePatterns([fields]);
  if (scope === "MessageAttributes") return ({ attributes }) => matches(valuesOf(attributes));
  return ({ body }) => {
    const value = parsed(body);
    return typeof value === "object" && value !== null && matches(value);
  };
}

function read(policy: string): object {
  const fields = parsed(policy);
  if (!isObject(fields)) {
    throw invalid("failed to parse JSON.");
  }
  try {
    parsePattern(fields);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw invalid(error.message);
  }
  return fields;
}

function check(fields: object, scope: Scope): void {
  let keys = 0;
  let combinations = 1;
  const visit = (value: object, depth: number): void => {
    for (const [name, inner] of Object.entries(value)) {
      if (
        name === "$or" &&
        Array.isArray(inner) &&
        inner.every((one) => typeof one === "object" && one !== null)
      ) {
        for (const one of inner) visit(one, depth);
      } else if (Array.isArray(inner)) {
        keys++;
        combinations *= inner.length * (scope === "MessageBody" ? depth : 1);
      } else {
        if (scope === "MessageAttributes") {
          throw invalid("Filter policy scope MessageAttributes does not support nested filter policy");
        }
        visit(inner, depth + 1);
      }
    }
  };
  visit(fields, 1);
  if (keys > MOST_KEYS) throw invalid(`Filter policy can not have more than ${MOST_KEYS} keys`);
  if (combinations > MOST_COMBINATIONS) throw invalid("Filter policy is too complex");
}

/** The attributes as the fields of an event: a list for String.Array, a number for Number. */
function valuesOf(attributes: Record<string, MessageAttribute>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { DataType, StringValue }]) => {
      if (StringValue === undefined) return [];
      const [type] = DataType.split(".");
      if (DataType === "String.Array") {
        const list = parsed(StringValue);
        return [[name, list === undefined ? StringValue : list]];
      }
      return [[name, type === "Number" ? (parsed(StringValue) ?? StringValue) : StringValue]];
    }),
  );
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
