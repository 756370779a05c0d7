import { notWellFormed } from "./errors.ts";
import type { Token } from "./token.ts";

const TOKEN =
  /([A-Za-z_$][\w$]*)|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(<<|>>|<>|<=|>=|!=|\|\||[-=<>+*/%(),.[\]{}:;?])/y;
/** White space and comments. */
const SPACE = /(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)+/y;

const KINDS = ["word", "quoted", "string", "number", "symbol"] as const;

/** Splits a statement into tokens; the last one is the end. */
export function tokenize(statement: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  let line = 1;
  let lineStart = 0;
  const skip = (to: number) => {
    for (let at = statement.indexOf("\n", offset); at >= 0 && at < to; at = statement.indexOf("\n", at + 1)) {
      line++;
      lineStart = at + 1;
    }
    offset = to;
  };
  const place = (length: number) => ({ line, column: offset - lineStart + 1, length });
  for (;;) {
    SPACE.lastIndex = offset;
    if (SPACE.test(statement)) skip(SPACE.lastIndex);
    if (offset === statement.length) break;
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(statement);
    if (!match || statement.startsWith("/*", offset)) throw notWellFormed();
    const group = match.findIndex((text, at) => at > 0 && text !== undefined);
    const kind = KINDS[group - 1]!;
    const text = unescaped(kind, match[group]!);
    tokens.push({ kind, text, at: place(match[0].length) });
    skip(TOKEN.lastIndex);
  }
  tokens.push({ kind: "end", text: "", at: place(0) });
  return tokens;
}

function unescaped(kind: Token["kind"], text: string): string {
  if (kind === "string") return text.replaceAll("''", "'");
  return kind === "quoted" ? text.replaceAll('""', '"') : text;
}
