/** The middle value. */
export function median(values: number[]): number {
  return percentile(values, 50);
}

/** The value below which `percent` of the values lie (nearest rank). */
export function percentile(values: number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!;
}

/** "41 (38–44)" */
export function spread(values: number[], digits = 0): string {
  const text = (value: number) => value.toFixed(digits);
  return `${text(median(values))} (${text(Math.min(...values))}–${text(Math.max(...values))})`;
}

/** A Markdown table; the first column is text, the others are numbers. */
export function table(headings: string[], rows: string[][]): string {
  const rule = headings.map((_, column) => (column === 0 ? "---" : "--:"));
  return [headings, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Figures go to standard output, for people and for `run.ts`. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What is going on goes to standard error. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
