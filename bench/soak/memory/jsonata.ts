import { evaluateJsonata, isJsonata, jsonataOf } from "../../../local/states/jsonata/evaluate.ts";
import type { Environment } from "../../../local/states/jsonata/functions.ts";

/** A path of names alone, which most expressions of a compiled machine are: read without JSONata, in the same meaning. */
const PATH = /^\$([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)$/;
const paths = new Map<string, string[] | undefined>();

function pathOf(expression: string): string[] | undefined {
  if (!paths.has(expression)) {
    const found = PATH.exec(expression);
    paths.set(expression, found ? [found[1]!, ...found[2]!.split(".").filter(Boolean)] : undefined);
  }
  return paths.get(expression);
}

/** A value of a state's field with each expression in it replaced by what it gives. */
export async function fill(
  value: unknown,
  bindings: Record<string, any>,
  environment: Environment,
): Promise<unknown> {
  if (isJsonata(value)) {
    const expression = jsonataOf(value);
    const path = pathOf(expression);
    if (path) {
      let found: any = bindings;
      let plain = true;
      for (const name of path) {
        if (typeof found !== "object" || found === null || Array.isArray(found)) plain = false;
        if (!plain) break;
        found = found[name];
      }
      if (plain && found !== undefined && typeof found !== "function") return found;
    }
    return await evaluateJsonata(expression, bindings, environment);
  }
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) items.push(await fill(item, bindings, environment));
    return items;
  }
  if (typeof value !== "object" || value === null) return value;
  const filled: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) filled[name] = await fill(field, bindings, environment);
  return filled;
}
