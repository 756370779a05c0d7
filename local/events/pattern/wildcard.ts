/**
 * The literal pieces between the stars of a wildcard pattern: "a*b" gives ["a", "b"]. Throws an Error with
 * the position.
 */
export function parseWildcard(pattern: string): string[] {
  const pieces = [""];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    const next = pattern[at + 1];
    if (character === "*") {
      if (next === "*") throw new Error(`Consecutive wildcard characters at pos ${place(pattern, at)}`);
      pieces.push("");
    } else if (character === "\\") {
      if (next !== "*" && next !== "\\")
        throw new Error(`Invalid escape character at pos ${place(pattern, at)}`);
      pieces[pieces.length - 1] += next;
      at++;
    } else {
      pieces[pieces.length - 1] += character;
    }
  }
  if (isTooComplex(pieces)) {
    throw new Error(
      "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
    );
  }
  return pieces;
}

/** Whether the text consists of the pieces in order with anything between them; in linear time. */
export function matchesWildcard(pieces: string[], text: string): boolean {
  const first = pieces[0]!;
  if (pieces.length === 1) return text === first;
  const last = pieces.at(-1)!;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = text.indexOf(piece, from);
    if (at < 0 || at + piece.length > end) return false;
    from = at + piece.length;
  }
  return true;
}

/** The service counts bytes of the quoted text. */
function place(pattern: string, at: number): number {
  return 1 + Buffer.byteLength(pattern.slice(0, at));
}

/** A pattern with more simultaneous positions is refused; the service does not publish its figure. */
const MOST_WAYS = 10;
const MOST_STATES = 2000;

/**
 * Whether some text would be at `MOST_WAYS` positions of the pattern at once, as ":::::" is in "*:*:*:*:*:x".
 * The service refuses such patterns, since its automaton follows every position.
 */
function isTooComplex(pieces: string[]): boolean {
  // Each piece but the last is followed by a star: `symbols` has undefined for each star.
  const symbols: (string | undefined)[] = pieces.flatMap((piece, at) =>
    at === 0 ? [...piece] : [undefined, ...piece],
  );
  const alphabet = new Set(symbols.filter((symbol) => symbol !== undefined));
  const seen = new Set<string>();
  let frontier: number[][] = [[0]];
  while (frontier.length > 0 && seen.size < MOST_STATES) {
    const reached: number[][] = [];
    for (const places of frontier) {
      for (const character of alphabet) {
        const targets = new Set<number>();
        let ways = 0;
        for (const at of places) {
          const star = symbols[at] === undefined && at < symbols.length;
          if (star) {
            ways++;
            targets.add(at);
          }
          const expected = star ? at + 1 : at;
          if (symbols[expected] === character) {
            ways++;
            targets.add(expected + 1);
          }
        }
        if (ways >= MOST_WAYS) return true;
        const next = [...targets].sort((a, b) => a - b);
        const key = next.join();
        if (next.length === 0 || seen.has(key)) continue;
        seen.add(key);
        reached.push(next);
      }
    }
    frontier = reached;
  }
  return false;
}
