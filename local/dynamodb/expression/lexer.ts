import { validation } from "../errors.ts";

/** `word` is an attribute or function name or a keyword, `name` a `#name`, `value` a `:value`. */
export interface Token {
  kind: "word" | "name" | "value" | "index" | "symbol" | "unknown" | "end";
  text: string;
  start: number;
  end: number;
}

const TOKEN =
  /\s*(?:([A-Za-z][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|[=<>+\-(),.[\]])|(\S))/y;
/** Maximum number of operators and functions in one expression. */
const MOST_OPERATORS = 300;

const KINDS = ["word", "name", "value", "index", "symbol", "unknown"] as const;

/**
 * Splits an expression into tokens; the last one is the end. The parser refuses characters that are no token.
 */
function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  for (let match = pattern.exec(expression); match; match = pattern.exec(expression)) {
    const group = match.findIndex((text, at) => at > 0 && text !== undefined);
    const text = match[group]!;
    tokens.push({
      kind: KINDS[group - 1]!,
      text,
      start: pattern.lastIndex - text.length,
      end: pattern.lastIndex,
    });
  }
  tokens.push({ kind: "end", text: "<EOF>", start: expression.length, end: expression.length });
  return tokens;
}

/**
 * A position in the tokens of an expression. Its errors name the token and its neighbours, as the service's
 * do.
 */
export class Cursor {
  private readonly expression: string;
  private readonly tokens: Token[];
  private readonly keywords: readonly string[];
  private at = 0;
  private depth = 0;

  /** `keywords`: words that are not names, in capitals. */
  constructor(expression: string, keywords: readonly string[]) {
    this.expression = expression;
    this.keywords = keywords;
    this.tokens = tokenize(expression);
  }

  get token(): Token {
    return this.tokens[this.at]!;
  }

  next(): Token {
    const token = this.token;
    if (token.kind !== "end") this.at++;
    return token;
  }

  /** Whether the next token is this symbol or keyword (in any case). */
  sees(text: string): boolean {
    const { kind, text: found } = this.token;
    return (kind === "symbol" || kind === "word") && found.toUpperCase() === text;
  }

  /** Whether the next token may be the name of an attribute. */
  seesName(): boolean {
    const { kind, text } = this.token;
    return kind === "word" && !this.keywords.includes(text.toUpperCase());
  }

  /** Whether the token after the next one is this symbol. */
  seesThen(text: string): boolean {
    return this.tokens[this.at + 1]?.text === text;
  }

  /** Consumes the symbol or keyword if it is next. */
  takes(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at++;
    return true;
  }

  expect(text: string): void {
    if (!this.takes(text)) throw this.unexpected();
  }

  /** Runs `parse` for the content of parentheses; each pair counts towards the limit of operators. */
  nested<T>(parse: () => T): T {
    if (++this.depth > MOST_OPERATORS) {
      throw validation(`The expression contains too many operators; operator count: ${this.depth}`);
    }
    const result = parse();
    this.depth--;
    return result;
  }

  unexpected(): Error {
    const { text } = this.token;
    const from = this.tokens[this.at - 1]?.start ?? this.token.start;
    const to = this.tokens[this.at + 1]?.end ?? this.token.end;
    const near = this.token.kind === "end" ? this.tokens[this.at - 1]?.text : this.expression.slice(from, to);
    return validation(`Syntax error; token: "${text}", near: "${near ?? ""}"`);
  }
}
