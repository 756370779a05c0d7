import { notWellFormed } from "./errors.ts";
import { isKeyword } from "./keywords.ts";
import { tokenize } from "./lexer.ts";
import type { Token } from "./token.ts";

/** A position in the tokens of a statement. */
export class Cursor {
  /** How many parameters were read. */
  parameters = 0;
  private readonly tokens: Token[];
  private position = 0;

  constructor(statement: string) {
    this.tokens = tokenize(statement);
  }

  get token(): Token {
    return this.tokens[this.position]!;
  }

  get following(): Token {
    return this.tokens[this.position + 1] ?? this.token;
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== "end") this.position++;
    return token;
  }

  /** Whether the next token is this symbol, or one of these keywords. */
  sees(...texts: string[]): boolean {
    return texts.some((text) => is(this.token, text));
  }

  /** Whether these words are next, in this order. */
  seesAll(...texts: string[]): boolean {
    return texts.every((text, ahead) => {
      const token = this.tokens[this.position + ahead];
      return token !== undefined && is(token, text);
    });
  }

  takes(...texts: string[]): boolean {
    if (!this.seesAll(...texts)) return false;
    this.position += texts.length;
    return true;
  }

  expect(text: string, otherwise: string): void {
    if (!this.takes(text)) throw notWellFormed(otherwise);
  }

  /** Whether the next token is a name: a word that is not a keyword, or any text in double quotes. */
  seesName(): boolean {
    const { kind, text } = this.token;
    return kind === "quoted" || (kind === "word" && !isKeyword(text));
  }
}

function is({ kind, text }: Token, wanted: string): boolean {
  return (kind === "symbol" || kind === "word") && text.toUpperCase() === wanted;
}
