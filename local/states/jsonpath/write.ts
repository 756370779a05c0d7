import { isDataObject } from "../../kernel/raw-number.ts";
import { StatesError } from "../failure.ts";
import { parsePath } from "./parse.ts";

/**
 * A copy of `document` that holds `value` at `referencePath`, as ResultPath has it: missing objects on the way
 * are made, array items only replaced. `$` gives the value itself. Throws StatesError("States.ResultPathMatchFailure").
 */
export function writePath(referencePath: string, document: unknown, value: unknown): unknown {
  const keys = parsePath(referencePath).steps.map((step): string | number => {
    if (step.kind === "names" && step.names.length === 1) return step.names[0]!;
    if (step.kind === "indexes" && step.indexes.length === 1) return step.indexes[0]!;
    throw new StatesError("States.Runtime", `Value is not a Reference Path: ${referencePath}`);
  });
  return place(keys, document, value);
}

function place(keys: (string | number)[], document: unknown, value: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (typeof key === "number") {
    const index = Array.isArray(document) && key < 0 ? document.length + key : key;
    if (!Array.isArray(document) || !(index in document)) throw cannotApply(key, document);
    return document.with(index, place(rest, document[index], value));
  }
  if (document !== undefined && !isDataObject(document)) throw cannotApply(key, document);
  const inner = document !== undefined && Object.hasOwn(document, key) ? document[key] : undefined;
  return { ...document, [key]: place(rest, inner, value) };
}

function cannotApply(key: string | number, document: unknown): StatesError {
  return new StatesError(
    "States.ResultPathMatchFailure",
    `Unable to apply step "${key}" to input ${JSON.stringify(document)}`,
  );
}
