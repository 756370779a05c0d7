import { PathSyntaxError } from "./path.ts";

/** The current position in a text that is being parsed. */
export class Cursor {
  readonly text: string;
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  peek(): string {
    return this.text.charAt(this.position);
  }

  /** Moves past `token` if the text continues with it. */
  take(token: string): boolean {
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  /** Moves past what the sticky `pattern` matches here. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text) ?? undefined;
    if (found) this.position = pattern.lastIndex;
    return found;
  }

  expect(token: string): void {
    if (!this.take(token)) this.fail(`'${token}' expected`);
  }

  skipSpace(): void {
    this.match(/\s*/y);
  }

  fail(problem: string): never {
    throw new PathSyntaxError(`${problem} at position ${this.position} of '${this.text}'`);
  }
}
