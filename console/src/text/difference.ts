export interface Line {
  kind: "same" | "added" | "removed";
  text: string;
}

/**
 * With more lines than this on either side, the two texts are shown one after the other: the time of a
 * comparison is their product.
 */
const MOST_LINES = 2_000;

/**
 * The lines to remove from the first text and to add to it to get the second: the longest common part stays.
 */
export function difference(before: string, after: string): Line[] {
  const a = linesOf(before);
  const b = linesOf(after);
  if (a.length > MOST_LINES || b.length > MOST_LINES) {
    return [
      ...a.map((text): Line => ({ kind: "removed", text })),
      ...b.map((text): Line => ({ kind: "added", text })),
    ];
  }
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: "same", text: a[i]! });
      i++;
      j++;
    } else if (
      j >= b.length ||
      (i < a.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)
    ) {
      lines.push({ kind: "removed", text: a[i++]! });
    } else lines.push({ kind: "added", text: b[j++]! });
  }
  return lines;
}

/** An empty text has no line. */
const linesOf = (text: string): string[] => (text === "" ? [] : text.split("\n"));

/** Whether a text is already a difference in git's format. */
export function isUnified(text: string): boolean {
  return /^@@ -\d+(,\d+)? \+\d+(,\d+)? @@/m.test(text);
}

/** The lines of such a text. */
export function unifiedLines(text: string): Line[] {
  return text.split("\n").map((line) => ({
    kind: /^\+(?!\+\+)/.test(line) ? "added" : /^-(?!--)/.test(line) ? "removed" : "same",
    text: line,
  }));
}
