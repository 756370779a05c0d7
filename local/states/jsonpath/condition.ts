import { BoundedRegExp } from "../../kernel/regular-expression.ts";
import type { Cursor } from "./cursor.ts";
import type { Condition, Operand, Path } from "./path.ts";

const OPERATOR =
  /===|!==|==|!=|<=|>=|=~|<|>|(?:in|nin|contains|subsetof|anyof|noneof|size|empty)(?=[\s['"\d@$])/y;
const BARE_NAME = /[^.[(\s)\]=<>!&|,~]+/y;

type PathReader = (cursor: Cursor, bareName: RegExp) => Path;

/** The condition that begins here: `||` binds loosest, then `&&`, then `!`. */
export function parseCondition(cursor: Cursor, readPath: PathReader): Condition {
  return readChain(cursor, "||", "or", () =>
    readChain(cursor, "&&", "and", () => readTerm(cursor, readPath)),
  );
}

function readChain(cursor: Cursor, token: string, kind: "or" | "and", read: () => Condition): Condition {
  const conditions = [read()];
  for (cursor.skipSpace(); cursor.take(token); cursor.skipSpace()) conditions.push(read());
  return conditions.length === 1 ? conditions[0]! : { kind, conditions };
}

function readTerm(cursor: Cursor, readPath: PathReader): Condition {
  cursor.skipSpace();
  if (cursor.take("!")) return { kind: "not", condition: readTerm(cursor, readPath) };
  if (cursor.take("(")) {
    const inner = parseCondition(cursor, readPath);
    cursor.skipSpace();
    cursor.expect(")");
    return inner;
  }
  const left = readOperand(cursor, readPath);
  cursor.skipSpace();
  const operator = cursor.match(OPERATOR)?.[0];
  if (operator !== undefined) {
    cursor.skipSpace();
    return { kind: "compare", left, operator, right: readOperand(cursor, readPath) };
  }
  if (left.kind !== "path") return cursor.fail("a comparison is missing");
  return { kind: "exists", path: left.path };
}

function readOperand(cursor: Cursor, readPath: PathReader): Operand {
  if (cursor.peek() === "@" || cursor.peek() === "$") {
    return { kind: "path", path: readPath(cursor, BARE_NAME) };
  }
  return { kind: "value", value: readLiteral(cursor) };
}

const WORDS: Record<string, unknown> = { true: true, false: false, null: null };

function readLiteral(cursor: Cursor): unknown {
  const quoted = cursor.match(/'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"/y);
  if (quoted) return (quoted[1] ?? quoted[2])!.replace(/\\(.)/g, "$1");
  const number = cursor.match(/-?\d+(\.\d+)?([eE][+-]?\d+)?/y);
  if (number) return Number(number[0]);
  const word = cursor.match(/true|false|null/y);
  if (word) return WORDS[word[0]];
  const pattern = cursor.match(/\/((?:\\.|[^/\\])+)\/([imsu]*)/y);
  if (pattern) return new BoundedRegExp(pattern[1]!, pattern[2]);
  if (!cursor.take("[")) return cursor.fail("a value is missing");
  const items: unknown[] = [];
  for (cursor.skipSpace(); !cursor.take("]"); cursor.skipSpace()) {
    if (items.length > 0) cursor.expect(",");
    cursor.skipSpace();
    items.push(readLiteral(cursor));
  }
  return items;
}
