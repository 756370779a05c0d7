import type { Part } from "../../../console/mock/recording.ts";

/**
 * What a recording says without its times, ids, numbers and order: each text with the field that it is in, a line each.
 * Another seed, and most changes of the runtime, make another recording with the same vocabulary.
 */
export function vocabularyOf(parts: readonly Part[]): string[] {
  const words = new Set<string>();
  for (const { name, command, changed } of parts) {
    add(words, `"${name}"`, command?.answer);
    for (const [asked, answer] of Object.entries(changed)) add(words, routeOf(asked), answer);
  }
  return [...words].sort();
}

function add(words: Set<string>, field: string, value: unknown): void {
  if (Array.isArray(value)) for (const item of value) add(words, `${field}[]`, item);
  else if (typeof value === "object" && value !== null)
    for (const [name, inner] of Object.entries(value)) add(words, `${field}.${masked(name)}`, inner);
  else words.add(`${field}: ${typeof value === "string" ? masked(value) : typeof value}`);
}

/** "/runs" for "/runs#a", "/runs/…/log" for "/runs/a/log". */
function routeOf(asked: string): string {
  return masked(asked.replace(/[#@?].*/, ""));
}

function masked(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[a-z2-7]{26}/g, "<id>")
    .replace(/\d+/g, "<number>");
}
