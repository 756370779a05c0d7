/** A line of indented JSON. One that opens an object or a list names its last line. */
export interface JsonLine {
  text: string;
  /** Index of the line that closes what this one opens. */
  closes?: number;
}

/** The lines of a value, as `JSON.stringify` indents it by two. */
export function jsonLines(text: string): JsonLine[] {
  const lines = text.split("\n").map((line): JsonLine => ({ text: line }));
  const open: number[] = [];
  for (const [index, { text: line }] of lines.entries()) {
    if (/^\s*[}\]],?$/.test(line)) {
      const start = open.pop();
      if (start !== undefined) lines[start]!.closes = index;
    } else if (/[{[]$/.test(line)) open.push(index);
  }
  return lines;
}

/** The indexes of the visible lines: the content of a folded line is hidden, and its end is shown with it. */
export function seenLines(lines: readonly JsonLine[], folded: ReadonlySet<number>): number[] {
  const seen: number[] = [];
  for (let index = 0; index < lines.length; index++) {
    seen.push(index);
    const { closes } = lines[index]!;
    if (closes !== undefined && folded.has(index)) index = closes;
  }
  return seen;
}

/** The lines that contain a text, ignoring case. */
export function matchingLines(lines: readonly JsonLine[], text: string): number[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  return lines.flatMap(({ text: line }, index) => (line.toLowerCase().includes(wanted) ? index : []));
}
