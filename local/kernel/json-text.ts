import { isObject } from "./is-object.ts";

/** The value of a JSON text; undefined for any other text. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object that a JSON text is; undefined for any other text. */
export function tryParseObject(text: string): Record<string, any> | undefined {
  const value = tryParseJson(text);
  return isObject(value) ? value : undefined;
}

/** A text unchanged, any other value as JSON. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
