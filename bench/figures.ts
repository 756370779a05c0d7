/** The middle value, or the mean of the two in the middle. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
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

/** A Markdown table, its columns as wide as their widest cells; the first is text, the others are numbers. */
export function table(headings: string[], rows: string[][]): string {
  const widths = headings.map((_, column) =>
    Math.max(3, ...[headings, ...rows].map((cells) => cells[column]!.length)),
  );
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const pad = (cells: string[]) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)));
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(pad(headings)), line(rule), ...rows.map((cells) => line(pad(cells)))].join("\n");
}

/** Figures go to standard output, for people and for `run.ts`. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Progress is printed to standard error. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
