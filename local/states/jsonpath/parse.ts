import { remembered } from "../../kernel/remembered.ts";
import { parseCondition } from "./condition.ts";
import { Cursor } from "./cursor.ts";
import { PATH_FUNCTIONS } from "./functions.ts";
import type { Path, Root, Selector, Step } from "./path.ts";

/** The path that `text` is, all of it. Throws PathSyntaxError. */
export const parsePath = remembered(5_000, (text): Path => {
  const cursor = new Cursor(text);
  const path = readPathAt(cursor, /[^.[(\s]+/y);
  if (!cursor.atEnd) cursor.fail("unexpected text");
  return path;
});

/** The path that begins here; inside a filter or a function call `bareName` ends names at the next delimiter. */
export function readPathAt(cursor: Cursor, bareName: RegExp): Path {
  const start = cursor.position;
  const root = readRoot(cursor);
  const steps: Step[] = [];
  for (let step = readStep(cursor, bareName); step; step = readStep(cursor, bareName)) steps.push(step);
  return { text: cursor.text.slice(start, cursor.position), root, steps };
}

function readRoot(cursor: Cursor): Root {
  if (cursor.take("@")) return { kind: "item" };
  if (cursor.take("$$")) return { kind: "context" };
  cursor.expect("$");
  const name = cursor.match(/[A-Za-z_]\w*/y)?.[0];
  return name === undefined ? { kind: "input" } : { kind: "variable", name };
}

function readStep(cursor: Cursor, bareName: RegExp): Step | undefined {
  if (cursor.take("..")) {
    const step = cursor.peek() === "[" ? readBracket(cursor) : readName(cursor, bareName);
    return step.kind === "function"
      ? cursor.fail("a function cannot follow '..'")
      : { kind: "descend", selector: step };
  }
  // A dot may come before a bracket: "$.[0]".
  const dotted = cursor.take(".");
  if (cursor.peek() === "[") return readBracket(cursor);
  return dotted ? readName(cursor, bareName) : undefined;
}

function readName(cursor: Cursor, bareName: RegExp): Selector | { kind: "function"; name: string } {
  if (cursor.take("*")) return { kind: "wildcard" };
  const name = cursor.match(bareName)?.[0];
  if (name === undefined) return cursor.fail("a property name is missing");
  if (!cursor.take("(")) return { kind: "names", names: [name] };
  if (!Object.hasOwn(PATH_FUNCTIONS, name)) cursor.fail(`there is no function '${name}'`);
  cursor.expect(")");
  return { kind: "function", name };
}

function readBracket(cursor: Cursor): Selector {
  cursor.expect("[");
  cursor.skipSpace();
  const selector = readSelector(cursor);
  cursor.skipSpace();
  cursor.expect("]");
  return selector;
}

function readSelector(cursor: Cursor): Selector {
  if (cursor.take("*")) return { kind: "wildcard" };
  if (cursor.take("?")) {
    cursor.skipSpace();
    cursor.expect("(");
    const condition = parseCondition(cursor, readPathAt);
    cursor.skipSpace();
    cursor.expect(")");
    return { kind: "filter", condition };
  }
  const slice = cursor.match(/(-?\d+)?\s*:\s*(-?\d+)?/y);
  if (slice) return { kind: "slice", from: optionalNumber(slice[1]), to: optionalNumber(slice[2]) };
  const indexes = cursor.match(/-?\d+(\s*,\s*-?\d+)*/y)?.[0];
  if (indexes !== undefined) return { kind: "indexes", indexes: indexes.split(",").map(Number) };
  const names = [readQuoted(cursor)];
  for (cursor.skipSpace(); cursor.take(","); cursor.skipSpace()) {
    cursor.skipSpace();
    names.push(readQuoted(cursor));
  }
  return { kind: "names", names };
}

function optionalNumber(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}

/** A quoted name. A backslash escapes only the quote around it: recorded on AWS, others are part of the name. */
function readQuoted(cursor: Cursor): string {
  const quoted = cursor.match(/'((?:\\'|[^'])*)'|"((?:\\"|[^"])*)"/y);
  if (!quoted) return cursor.fail("'[' must be followed by ', \", a number, '*', ':' or '?'");
  return (quoted[1]?.replaceAll("\\'", "'") ?? quoted[2]?.replaceAll('\\"', '"'))!;
}
