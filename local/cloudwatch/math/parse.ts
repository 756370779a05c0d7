import { validation } from "../errors.ts";

/** A metric math expression. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html */
export type Expression =
  | { kind: "number"; value: number }
  | { kind: "word"; text: string }
  | { kind: "id"; id: string }
  | { kind: "list"; items: Expression[] }
  | { kind: "call"; name: string; given: Expression[] }
  | { kind: "negative"; of: Expression }
  | { kind: "operation"; operator: string; left: Expression; right: Expression };

const TOKEN = /\s*(?:(\d+(?:\.\d+)?|\.\d+)|([a-zA-Z]\w*)|(&&|\|\||==|!=|<=|>=|[-+*/^<>(),[\]])|(\S))/y;
/** From the loosest to the tightest. */
const LEVELS = [
  ["||", "OR"],
  ["&&", "AND"],
  ["==", "!=", "<", ">", "<=", ">="],
  ["+", "-"],
  ["*", "/"],
  ["^"],
];
const WORDS = new Set(["REPEAT", "LINEAR"]);
const OTHER_NAMES: Record<string, string> = { OR: "||", AND: "&&" };

/** Parses an expression. Throws ValidationError with the position of the error. */
export function parse(text: string): Expression {
  const tokens = tokenize(text);
  let at = 0;
  const refuse = (): never => {
    const found = tokens[at] === undefined ? "its end" : `"${tokens[at]}"`;
    throw validation(`The local cloud cannot read the expression "${text}" at ${found}.`);
  };
  const take = (wanted: string): void => {
    if (tokens[at] !== wanted) refuse();
    at++;
  };

  const level = (depth: number): Expression => {
    const operators = LEVELS[depth];
    if (!operators) return unary();
    let left = level(depth + 1);
    while (tokens[at] !== undefined && operators.includes(tokens[at]!)) {
      const operator = tokens[at++]!;
      left = {
        kind: "operation",
        operator: OTHER_NAMES[operator] ?? operator,
        left,
        right: level(depth + 1),
      };
    }
    return left;
  };

  const unary = (): Expression => {
    if (tokens[at] !== "-") return primary();
    at++;
    return { kind: "negative", of: unary() };
  };

  const list = (end: string): Expression[] => {
    const items: Expression[] = [];
    while (tokens[at] !== end) {
      if (items.length > 0) take(",");
      items.push(level(0));
    }
    take(end);
    return items;
  };

  const primary = (): Expression => {
    const token = tokens[at] ?? refuse();
    at++;
    if (/^[\d.]/.test(token)) return { kind: "number", value: Number(token) };
    if (token === "[") return { kind: "list", items: list("]") };
    if (token === "(") {
      const inner = level(0);
      take(")");
      return inner;
    }
    if (/^[a-zA-Z]/.test(token) && tokens[at] === "(") {
      at++;
      return { kind: "call", name: token, given: list(")") };
    }
    if (WORDS.has(token)) return { kind: "word", text: token };
    if (/^[a-z]/.test(token)) return { kind: "id", id: token };
    at--;
    return refuse();
  };

  const expression = level(0);
  if (at < tokens.length) refuse();
  return expression;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  for (let match = pattern.exec(text); match; match = pattern.exec(text))
    tokens.push(match.slice(1).find(Boolean)!);
  return tokens;
}
