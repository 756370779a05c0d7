import type { Cursor } from "./cursor.ts";
import { notWellFormed } from "./errors.ts";
import { isKeyword, isOperator, TYPE_NAMES } from "./keywords.ts";
import { LARGEST_INTEGER, parsePath } from "./parse-path.ts";
import type { Expression } from "./syntax.ts";

const DEEPEST = 300;

/** Binary operators by precedence, lowest first; NOT is between AND and equality. */
const LEVELS = [
  ["OR"],
  ["AND"],
  ["=", "<>", "!="],
  ["<", "<=", ">", ">="],
  ["+", "-", "||"],
  ["*", "/", "%"],
];
const [OR, EQUALITY, COMPARISON] = [0, 2, 3];

export function parseExpression(cursor: Cursor, depth = 0): Expression {
  if (depth > DEEPEST) throw notWellFormed("Expression is nested too deeply");
  return parseLevel(cursor, OR, depth + 1);
}

function parseLevel(cursor: Cursor, level: number, depth: number): Expression {
  if (level === LEVELS.length) return parseUnary(cursor, depth);
  if (level === EQUALITY && cursor.sees("NOT")) {
    const { at } = cursor.next();
    return { kind: "operator", operator: "NOT", operands: [parseLevel(cursor, EQUALITY, depth)], at };
  }
  let left = parseLevel(cursor, level + 1, depth);
  for (;;) {
    const special = parseSpecial(cursor, level, left, depth);
    if (special) {
      left = special;
      continue;
    }
    if (!cursor.sees(...LEVELS[level]!)) return left;
    const { text, at } = cursor.next();
    refuseEnd(cursor);
    const right = parseLevel(cursor, level + 1, depth);
    const operator = text === "!=" ? "<>" : text.toUpperCase();
    left = { kind: "operator", operator, operands: [left, right], at };
  }
}

/** Operators with their own syntax: IS, IN and BETWEEN, and their negations. */
function parseSpecial(
  cursor: Cursor,
  level: number,
  left: Expression,
  depth: number,
): Expression | undefined {
  const { at } = cursor.token;
  const negate = (condition: Expression, negated: boolean): Expression =>
    negated ? { kind: "operator", operator: "NOT", operands: [condition], at } : condition;
  if (level === EQUALITY) {
    if (cursor.takes("IS")) {
      const negated = cursor.takes("NOT");
      return negate({ kind: "is", operand: left, type: parseType(cursor), at }, negated);
    }
    const negated = cursor.takes("NOT", "IN");
    if (negated || cursor.takes("IN")) {
      refuseEnd(cursor);
      const list = parseLevel(cursor, level + 1, depth);
      const members = list.kind === "list" ? list.members : [list];
      return negate({ kind: "operator", operator: "IN", operands: [left, ...members], at }, negated);
    }
  }
  if (level === COMPARISON) {
    const negated = cursor.takes("NOT", "BETWEEN");
    if (negated || cursor.takes("BETWEEN")) {
      refuseEnd(cursor);
      const lower = parseLevel(cursor, level + 1, depth);
      cursor.expect("AND", "Expected AND after BETWEEN");
      const upper = parseLevel(cursor, level + 1, depth);
      return negate({ kind: "operator", operator: "BETWEEN", operands: [left, lower, upper], at }, negated);
    }
  }
  return undefined;
}

function parseType(cursor: Cursor): string {
  if (cursor.token.kind !== "word") throw notWellFormed("Expected type name");
  if (cursor.takes("DOUBLE", "PRECISION")) return "double_precision";
  if (cursor.takes("CHARACTER", "VARYING")) return "character_varying";
  const name = cursor.next().text.toLowerCase();
  if (!TYPE_NAMES.has(name)) throw notWellFormed("Expected type name");
  return name;
}

function refuseEnd(cursor: Cursor): void {
  if (cursor.token.kind === "end")
    throw notWellFormed("Missing right-hand side expression of infix operator");
}

/** Signs belong to the number that follows. */
function parseUnary(cursor: Cursor, depth: number): Expression {
  const sign = cursor.token;
  if (!cursor.sees("-", "+")) return parseTerm(cursor, depth);
  cursor.next();
  if (depth > DEEPEST) throw notWellFormed("Expression is nested too deeply");
  const operand = parseUnary(cursor, depth + 1);
  if (operand.kind !== "number") throw notWellFormed(`Unexpected operand of ${sign.text}`);
  if (sign.text === "+") return operand;
  const { text } = operand;
  return { ...operand, text: text.startsWith("-") ? text.slice(1) : `-${text}` };
}

function parseTerm(cursor: Cursor, depth: number): Expression {
  const { kind, text, at } = cursor.token;
  switch (kind) {
    case "end":
      throw notWellFormed("Unexpected term");
    case "string":
      cursor.next();
      return { kind, value: text, at };
    case "number":
      cursor.next();
      return { kind, text: readable(text), at };
    case "quoted":
      return parsePath(cursor);
    case "word":
      return parseWord(cursor, depth);
  }
  if (cursor.takes("?")) return { kind: "parameter", index: cursor.parameters++, at };
  if (cursor.takes("[")) return { kind: "list", members: parseMembers(cursor, "]", depth), at };
  if (cursor.takes("<<")) return { kind: "bag", members: parseMembers(cursor, ">>", depth), at };
  if (cursor.takes("{")) return { kind: "struct", members: parseStruct(cursor, depth), at };
  if (cursor.takes("(")) {
    const first = parseExpression(cursor, depth);
    if (cursor.takes(")")) return first;
    cursor.expect(",", "Expected closing parenthesis");
    return { kind: "list", members: [first, ...parseMembers(cursor, ")", depth)], at };
  }
  throw notWellFormed(/^[;)\],}]$/.test(text) ? "Unexpected term" : "Unexpected operator");
}

function parseWord(cursor: Cursor, depth: number): Expression {
  const { text, at } = cursor.token;
  if (cursor.following.kind === "symbol" && cursor.following.text === "(" && !isOperator(text)) {
    cursor.next();
    cursor.next();
    if (text.toLowerCase() === "exists" && cursor.sees("SELECT")) throw notWellFormed("Unexpected keyword");
    return { kind: "call", name: text.toLowerCase(), arguments: parseMembers(cursor, ")", depth), at };
  }
  if (cursor.takes("TRUE")) return { kind: "boolean", value: true, at };
  if (cursor.takes("FALSE")) return { kind: "boolean", value: false, at };
  if (cursor.takes("NULL")) return { kind: "null", at };
  if (cursor.takes("MISSING")) return { kind: "missing", at };
  if (isOperator(text)) throw notWellFormed("Unexpected operator");
  if (isKeyword(text)) throw notWellFormed("Unexpected keyword");
  return parsePath(cursor);
}

/** Expressions up to and including the closing symbol. */
function parseMembers(cursor: Cursor, close: string, depth: number): Expression[] {
  const members: Expression[] = [];
  if (cursor.takes(close)) return members;
  do members.push(parseExpression(cursor, depth));
  while (cursor.takes(","));
  cursor.expect(close, `Expected ${close}`);
  return members;
}

function parseStruct(cursor: Cursor, depth: number): [Expression, Expression][] {
  const members: [Expression, Expression][] = [];
  if (cursor.takes("}")) return members;
  do {
    const name = parseExpression(cursor, depth);
    cursor.expect(":", "Expected : after a member's name");
    members.push([name, parseExpression(cursor, depth)]);
  } while (cursor.takes(","));
  cursor.expect("}", "Expected }");
  return members;
}

/** Throws for a number whose scale is not a 32-bit integer. */
function readable(text: string): string {
  const [, fraction = "", exponent = "0"] = /^\d*(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text)!;
  const scale = fraction.length - Number(exponent);
  if (Math.abs(Number(exponent)) > LARGEST_INTEGER || Math.abs(scale) > LARGEST_INTEGER)
    throw notWellFormed();
  return text;
}
