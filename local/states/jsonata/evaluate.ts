import { USAGE, type Usage } from "./bounds.ts";
import { compile } from "./compile.ts";
import { namingExpression, queryEvaluationError } from "./failure.ts";
import { ENVIRONMENT, type Environment } from "./functions.ts";
import { unnested } from "./nesting.ts";

export type { Environment } from "./functions.ts";

/** A string is an expression if it is exactly `{% … %}`; with anything around it, even a space, it is text. */
export function isJsonata(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("{%") && value.endsWith("%}");
}

/** The expression inside `{% … %}`, without the surrounding spaces. */
export function jsonataOf(text: string): string {
  return text.slice(2, -2).trim();
}

/**
 * The JSON value of an expression (without its `{% %}`).
 * `bindings` are the variables by name without the dollar: `{ states: { input, context }, total: 3 }`.
 * `location` is the field that holds the expression, named in the error ("Output/items[0]").
 * Throws StatesError("States.QueryEvaluationError") where the evaluation fails or gives what is not JSON: nothing, or a function.
 */
export async function evaluateJsonata(
  expression: string,
  bindings: Record<string, unknown>,
  environment: Environment,
  location?: string,
): Promise<unknown> {
  const usage: Usage = { nodes: 0 };
  let result: unknown;
  try {
    const scope = { ...bindings, [ENVIRONMENT]: environment, [USAGE]: usage };
    result = toJson(await unnested(() => compile(expression).evaluate(undefined, scope)));
  } catch (error) {
    throw queryEvaluationError(`${namingExpression(expression, location)} ${reason(error)}`, location);
  }
  if (result === undefined) {
    throw queryEvaluationError(
      `${namingExpression(expression, location)} returned nothing (undefined).`,
      location,
    );
  }
  return result;
}

/** `value` with each `{% … %}` string in it replaced by what the expression gives; `location` as above. */
export async function evaluateJsonataTemplate(
  value: unknown,
  bindings: Record<string, unknown>,
  environment: Environment,
  location: string,
): Promise<unknown> {
  if (isJsonata(value)) return await evaluateJsonata(jsonataOf(value), bindings, environment, location);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [index, item] of value.entries()) {
      items.push(await evaluateJsonataTemplate(item, bindings, environment, `${location}[${index}]`));
    }
    return items;
  }
  if (typeof value !== "object" || value === null) return value;
  const fields: [string, unknown][] = [];
  for (const [name, field] of Object.entries(value)) {
    fields.push([name, await evaluateJsonataTemplate(field, bindings, environment, `${location}/${name}`)]);
  }
  return Object.fromEntries(fields);
}

class UnsupportedResult extends Error {}

/**
 * A plain copy: JSONata's sequences are arrays with further properties. The service writes numbers that JSON
 * lacks as strings ("Infinity").
 */
function toJson(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "function") throw new UnsupportedResult();
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Array.from(value, (item) => toJson(item) ?? null);
  if ("_jsonata_lambda" in value || "_jsonata_function" in value) throw new UnsupportedResult();
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, field]) => [name, toJson(field)] as const)
      .filter(([, field]) => field !== undefined),
  );
}

/** JSONata's own errors have a code and are a sentence of their own; everything else follows a colon. */
function reason(error: unknown): string {
  if (error instanceof UnsupportedResult) return "returned an unsupported result type.";
  const { code, message } = error as { code?: string; message: string };
  return `threw an error during evaluation${code === undefined ? ": " : `. ${code}: `}${message}`;
}
