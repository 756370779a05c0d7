import { remembered } from "../../kernel/remembered.ts";
import { Cursor } from "./cursor.ts";
import { readPathAt } from "./parse.ts";
import type { Path } from "./path.ts";

/** A call of an intrinsic function: `States.Format('{} is here', $.name)`. */
export interface Call {
  text: string;
  name: string;
  arguments: Argument[];
}

export type Argument =
  /** Text as it was written, escapes included: a template's `\{` must not become a placeholder. */
  | { kind: "text"; raw: string }
  | { kind: "value"; value: number | boolean | null }
  | { kind: "path"; path: Path }
  | { kind: "call"; call: Call };

/** The number of arguments of each function. */
const ARITY: Record<string, { least: number; most: number }> = {
  Format: { least: 1, most: Number.POSITIVE_INFINITY },
  StringToJson: { least: 1, most: 1 },
  JsonToString: { least: 1, most: 1 },
  Array: { least: 0, most: Number.POSITIVE_INFINITY },
  ArrayPartition: { least: 2, most: 2 },
  ArrayContains: { least: 2, most: 2 },
  ArrayRange: { least: 3, most: 3 },
  ArrayGetItem: { least: 2, most: 2 },
  ArrayLength: { least: 1, most: 1 },
  ArrayUnique: { least: 1, most: 1 },
  Base64Encode: { least: 1, most: 1 },
  Base64Decode: { least: 1, most: 1 },
  Hash: { least: 2, most: 2 },
  JsonMerge: { least: 3, most: 3 },
  MathRandom: { least: 2, most: 3 },
  MathAdd: { least: 2, most: 2 },
  StringSplit: { least: 2, most: 2 },
  UUID: { least: 0, most: 0 },
};

/** The service's limit for one field. */
const MOST_CALLS = 10;

/** A field that calls a function; others that take an expression hold a path. */
export function isIntrinsic(text: string): boolean {
  return text.startsWith("States.");
}

/** The call that `text` is, all of it. Throws PathSyntaxError. */
export const parseIntrinsic = remembered(5_000, (text): Call => {
  const cursor = new Cursor(text);
  const call = readCall(cursor);
  if (!cursor.atEnd) cursor.fail("unexpected text");
  if (countCalls(call) > MOST_CALLS) cursor.fail(`more than ${MOST_CALLS} intrinsic functions`);
  return call;
});

function countCalls(call: Call): number {
  return call.arguments.reduce((sum, one) => sum + (one.kind === "call" ? countCalls(one.call) : 0), 1);
}

function readCall(cursor: Cursor): Call {
  const start = cursor.position;
  cursor.expect("States.");
  const name = cursor.match(/\w+/y)?.[0] ?? "";
  const arity = Object.hasOwn(ARITY, name)
    ? ARITY[name]!
    : cursor.fail(`there is no function 'States.${name}'`);
  const given = readArguments(cursor);
  if (given.length < arity.least || given.length > arity.most) {
    cursor.fail(`States.${name} does not take ${given.length} arguments`);
  }
  return { text: cursor.text.slice(start, cursor.position), name, arguments: given };
}

function readArguments(cursor: Cursor): Argument[] {
  const given: Argument[] = [];
  cursor.expect("(");
  for (cursor.skipSpace(); !cursor.take(")"); cursor.skipSpace()) {
    if (given.length > 0) cursor.expect(",");
    cursor.skipSpace();
    given.push(readArgument(cursor));
  }
  return given;
}

const BARE_NAME = /[^.[(\s),]+/y;
const WORDS = { true: true, false: false, null: null };

function readArgument(cursor: Cursor): Argument {
  if (cursor.peek() === "$") return { kind: "path", path: readPathAt(cursor, BARE_NAME) };
  if (cursor.peek() === "S") return { kind: "call", call: readCall(cursor) };
  const text = cursor.match(/'((?:\\['{}\\]|[^'\\])*)'/y);
  if (text) return { kind: "text", raw: text[1]! };
  const number = cursor.match(/-?\d+(\.\d+)?([eE][+-]?\d+)?/y);
  if (number) return { kind: "value", value: Number(number[0]) };
  const word = cursor.match(/(true|false|null)(?!\w)/y);
  if (word) return { kind: "value", value: WORDS[word[1] as keyof typeof WORDS] };
  return cursor.fail("an argument is missing: a path, a number, true, false, null, a function or a 'text'");
}
