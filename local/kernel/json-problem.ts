/** The error of invalid JSON, in the words of services on AWS, with its position. */
export interface JsonProblem {
  message: string;
  /** `[Source: (String)"{'a': 1}"; line: 1, column: 2]` */
  location: string;
}

type Wanted = "value" | "value or end" | "name" | "name or end" | "colon" | "comma" | "nothing";

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}\p{N}_$]+/uy;
const WORDS = ["true", "false", "null"];
const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const SHOWN_CHARACTERS = 500;

/** Parses the text up to the first error. */
export function jsonProblem(text: string): JsonProblem {
  const open: ("Object" | "Array")[] = [];
  let wanted: Wanted = "value";
  let at = 0;

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const taken = pattern.exec(text)?.[0];
    at += taken?.length ?? 0;
    return taken;
  };
  const after = (): Wanted => (open.length > 0 ? "comma" : "nothing");
  const problem = (message: string): JsonProblem => ({ message, location: location(text, at) });
  const unexpected = (what: string): JsonProblem =>
    problem(`Unexpected character ('${text[at]}' (code ${text.charCodeAt(at)})): ${what}`);

  for (;;) {
    take(SPACE);
    const character = text[at];
    const within = open.at(-1);
    if (character === undefined) return problem("Unexpected end-of-input");
    if (
      character === (within === "Object" ? "}" : "]") &&
      (wanted === "comma" || wanted.endsWith("or end"))
    ) {
      at++;
      open.pop();
      wanted = after();
    } else if (wanted === "comma") {
      if (character !== ",") return unexpected(`was expecting comma to separate ${within} entries`);
      at++;
      wanted = within === "Object" ? "name" : "value";
    } else if (wanted === "colon") {
      if (character !== ":") return unexpected("was expecting a colon to separate field name and value");
      at++;
      wanted = "value";
    } else if (wanted === "nothing") {
      return unexpected("was expecting nothing more");
    } else if (character === '"') {
      if (!take(STRING))
        return problem("Unexpected end-of-input: was expecting closing quote for a string value");
      wanted = wanted.startsWith("name") ? "colon" : after();
    } else if (wanted.startsWith("name")) {
      return unexpected("was expecting double-quote to start field name");
    } else if (character === "{" || character === "[") {
      at++;
      open.push(character === "{" ? "Object" : "Array");
      wanted = character === "{" ? "name or end" : "value or end";
    } else {
      const word = take(NUMBER) === undefined ? take(WORD) : undefined;
      if (word !== undefined && !WORDS.includes(word))
        return problem(`Unrecognized token '${word}': was expecting ${VALUES}`);
      if (text[at] === character) return unexpected(`expected a valid value ${VALUES}`);
      wanted = after();
    }
  }
}

function location(text: string, at: number): string {
  const lines = text.slice(0, at).split("\n");
  const left = text.length - SHOWN_CHARACTERS;
  const shown = left > 0 ? `"${text.slice(0, SHOWN_CHARACTERS)}"[truncated ${left} chars]` : `"${text}"`;
  return `[Source: (String)${shown}; line: ${lines.length}, column: ${lines.at(-1)!.length + 1}]`;
}
