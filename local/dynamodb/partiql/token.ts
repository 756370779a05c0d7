/** `word` is a name or keyword as written, `quoted` a name in double quotes, without them. */
export interface Token {
  kind: "word" | "quoted" | "string" | "number" | "symbol" | "end";
  text: string;
  /** Position in the statement; line and column count from 1. */
  at: { line: number; column: number; length: number };
}
