import { validation } from "../errors.ts";
import { Cursor } from "./lexer.ts";

/** A step of a document path as written: a name, a placeholder for one, or an index of a list. */
export type PathStep = { name: string } | { placeholder: string } | number;

/**
 * An expression as written. Names and values are resolved later, when all of it is known to be well-formed.
 */
export type Syntax =
  | { kind: "path"; steps: PathStep[] }
  | { kind: "value"; placeholder: string }
  | { kind: "call"; name: string; arguments: Syntax[] }
  | { kind: "operator"; operator: string; operands: Syntax[] };

/** Bytes of an expression. */
const LONGEST_EXPRESSION = 4096;

const KEYWORDS = ["AND", "OR", "NOT", "IN", "BETWEEN"];
const COMPARATORS = ["=", "<>", "<", "<=", ">", ">="];

/** Parses a condition: comparison binds tighter than NOT, NOT than AND, AND than OR. */
export function parseCondition(expression: string): Syntax {
  const cursor = start(expression, KEYWORDS);
  const parens: Parens = { redundant: false, last: undefined };
  const condition = parseOr(cursor, parens, false);
  if (cursor.token.kind !== "end") throw cursor.unexpected();
  if (parens.redundant) throw validation("The expression has redundant parentheses;");
  return condition;
}

/** A cursor at the beginning of a non-empty expression. `keywords`: words that are not names. */
export function start(expression: string, keywords: readonly string[] = []): Cursor {
  if (expression === "") throw validation("The expression can not be empty;");
  const size = Buffer.byteLength(expression);
  if (size > LONGEST_EXPRESSION) {
    throw validation(`Expression size has exceeded the maximum allowed size; expression size: ${size}`);
  }
  return new Cursor(expression, keywords);
}

/** The group that was closed last, and whether a group contained only another group. */
type Parens = { redundant: boolean; last: Syntax | undefined };

// `orOperand` allows a plain operand in place of a condition, since parentheses may contain one.

function parseOr(cursor: Cursor, parens: Parens, orOperand: boolean): Syntax {
  return parseChain(cursor, "OR", orOperand, (allowed) => parseAnd(cursor, parens, allowed));
}

function parseAnd(cursor: Cursor, parens: Parens, orOperand: boolean): Syntax {
  return parseChain(cursor, "AND", orOperand, (allowed) => parseNot(cursor, parens, allowed));
}

function parseChain(
  cursor: Cursor,
  operator: string,
  orOperand: boolean,
  parse: (orOperand: boolean) => Syntax,
): Syntax {
  let left = parse(orOperand);
  while (cursor.sees(operator)) {
    if (isOperand(left)) throw cursor.unexpected();
    cursor.next();
    left = { kind: "operator", operator, operands: [left, parse(false)] };
  }
  return left;
}

function parseNot(cursor: Cursor, parens: Parens, orOperand: boolean): Syntax {
  if (cursor.sees("NOT")) {
    cursor.next();
    return { kind: "operator", operator: "NOT", operands: [parseNot(cursor, parens, false)] };
  }
  return parseComparison(cursor, parens, orOperand);
}

function parseComparison(cursor: Cursor, parens: Parens, orOperand: boolean): Syntax {
  const left = cursor.sees("(") ? parseGroup(cursor, parens) : parseOperand(cursor, parens);
  if (left.kind !== "operator") {
    const comparator = COMPARATORS.find((symbol) => cursor.takes(symbol));
    if (comparator) {
      return { kind: "operator", operator: comparator, operands: [left, parseGrouped(cursor, parens)] };
    }
    if (cursor.takes("BETWEEN")) {
      const lower = parseGrouped(cursor, parens);
      cursor.expect("AND");
      return { kind: "operator", operator: "BETWEEN", operands: [left, lower, parseGrouped(cursor, parens)] };
    }
    if (cursor.takes("IN")) {
      cursor.expect("(");
      return { kind: "operator", operator: "IN", operands: [left, ...parseList(cursor, parens)] };
    }
    if (isOperand(left) && !orOperand) throw cursor.unexpected();
  }
  return left;
}

/** A parenthesised condition or operand. */
function parseGroup(cursor: Cursor, parens: Parens): Syntax {
  cursor.expect("(");
  const inner = cursor.nested(() => parseOr(cursor, parens, true));
  cursor.expect(")");
  if (inner === parens.last) parens.redundant = true;
  parens.last = inner;
  return inner;
}

function parseGrouped(cursor: Cursor, parens: Parens): Syntax {
  if (!cursor.sees("(")) return parseOperand(cursor, parens);
  const inner = parseGroup(cursor, parens);
  if (inner.kind === "operator") throw cursor.unexpected();
  return inner;
}

/** A path, a value or a function call, whose arguments may be in parentheses if `parens` are kept. */
export function parseOperand(cursor: Cursor, parens?: Parens): Syntax {
  if (cursor.token.kind === "value") return { kind: "value", placeholder: cursor.next().text };
  if (cursor.token.kind === "word" && cursor.seesThen("(")) {
    const name = cursor.next().text;
    cursor.next();
    return { kind: "call", name, arguments: parseList(cursor, parens) };
  }
  return { kind: "path", steps: parsePath(cursor) };
}

/** Operands up to and including the closing parenthesis. */
function parseList(cursor: Cursor, parens: Parens | undefined): Syntax[] {
  const parse = () => (parens ? parseGrouped(cursor, parens) : parseOperand(cursor));
  const operands = [parse()];
  while (cursor.takes(",")) operands.push(parse());
  cursor.expect(")");
  return operands;
}

export function parsePath(cursor: Cursor): PathStep[] {
  const steps: PathStep[] = [parseName(cursor)];
  for (;;) {
    if (cursor.takes(".")) {
      steps.push(parseName(cursor));
    } else if (cursor.takes("[")) {
      if (cursor.token.kind !== "index") throw cursor.unexpected();
      steps.push(Number(cursor.next().text));
      cursor.expect("]");
    } else {
      return steps;
    }
  }
}

function parseName(cursor: Cursor): PathStep {
  if (cursor.token.kind === "name") return { placeholder: cursor.next().text };
  if (cursor.seesName()) return { name: cursor.next().text };
  throw cursor.unexpected();
}

function isOperand(syntax: Syntax): boolean {
  return syntax.kind === "path" || syntax.kind === "value";
}
