import { canonicalJson, digest } from "../contract/canonical.ts";
import { DefinitionError } from "../contract/definition-error.ts";
import { isObject } from "../contract/is-object.ts";

/** A case of a labelled set: the payload of an event, and what its run should return. */
export interface EvaluationCase {
  /** Unique within the set. */
  id: string;
  input: Record<string, unknown>;
  /** Undefined if the line has none: scorers that compare with it leave the case out. */
  expected: any;
  /** By which results are grouped. */
  labels: readonly string[];
}

const FIELDS = ["id", "input", "expected", "labels"];

/**
 * The cases of a file in the format JSONL: one object per line, `{ "id"?, "input", "expected"?, "labels"? }`.
 * Without an id, a case gets one that is derived from its input. Throws a DefinitionError with the line.
 */
export function casesIn(text: string, origin: string): EvaluationCase[] {
  const lines = new Map<string, number>();
  const cases = text.split(/\r?\n/).flatMap((line, at) => {
    if (line.trim() === "") return [];
    const place = `${origin}:${at + 1}`;
    const one = caseOf(line, place);
    const earlier = lines.get(one.id);
    if (earlier !== undefined)
      throw new DefinitionError(
        `${place}: the case "${one.id}" is already in line ${earlier}. Give each case an "id" of its own.`,
      );
    lines.set(one.id, at + 1);
    return [one];
  });
  if (cases.length > 0) return cases;
  throw new DefinitionError(`${origin} has no cases. Write one per line: {"input": {…}, "expected": …}.`);
}

function caseOf(line: string, place: string): EvaluationCase {
  const value = parse(line, place);
  if (!isObject(value)) throw new DefinitionError(`${place}: the line is not a JSON object.`);
  const { id, input, expected, labels = [] } = value as Record<string, any>;
  const unknown = Object.keys(value).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined)
    throw new DefinitionError(
      `${place}: the field "${unknown}" is not known. A case has ${FIELDS.join(", ")}.`,
    );
  if (!isObject(input))
    throw new DefinitionError(`${place}: "input" must be an object, the payload of the event.`);
  if (id !== undefined && (typeof id !== "string" || id === ""))
    throw new DefinitionError(`${place}: "id" must be a text, or absent.`);
  if (!Array.isArray(labels) || labels.some((label) => typeof label !== "string"))
    throw new DefinitionError(`${place}: "labels" must be a list of texts, or absent.`);
  return { id: id ?? digest(canonicalJson(input), 8), input, expected, labels };
}

function parse(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new DefinitionError(`${place}: the line is not JSON: ${(error as Error).message}.`);
  }
}
