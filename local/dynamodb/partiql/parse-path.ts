import type { Path } from "../expression/placeholders.ts";
import type { Cursor } from "./cursor.ts";
import { notWellFormed, refusedAt } from "./errors.ts";
import type { Expression } from "./syntax.ts";

/** The largest 32-bit integer. */
export const LARGEST_INTEGER = 2 ** 31 - 1;

/** Parses a name and the steps after it: `a.b[1]`. */
export function parsePath(cursor: Cursor): Expression & { kind: "path" } {
  const { at } = cursor.token;
  if (!cursor.seesName()) throw notWellFormed("Expected identifier for simple path");
  const path: Path = [cursor.next().text];
  for (;;) {
    if (cursor.takes(".")) {
      if (!cursor.seesName()) throw notWellFormed("Invalid path dot component");
      path.push(cursor.next().text);
    } else if (cursor.takes("[")) {
      path.push(parseStep(cursor));
      cursor.expect("]", "Expected ]");
    } else {
      return { kind: "path", path, at };
    }
  }
}

/** The content of brackets: an index of a list, or a member's name as a string. */
function parseStep(cursor: Cursor): string | number {
  if (cursor.token.kind === "string") return cursor.next().text;
  let negative = false;
  while (cursor.takes("-")) negative = !negative;
  const { kind, text, at } = cursor.next();
  if (kind !== "number" || !/^\d+$/.test(text)) throw notWellFormed("Invalid path index");
  const index = negative ? -Number(text) : Number(text);
  if (index >= 0 && index <= LARGEST_INTEGER) return index + 0;
  throw refusedAt(`List index is not within the allowable range; index: [${negative ? "-" : ""}${text}]`, at);
}
