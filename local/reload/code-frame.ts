import { readFileSync } from "node:fs";

const LONGEST_LINE = 160;
/** Lines of code that are shown before and after. */
const AROUND = 2;

/**
 * The code around a position, with the line marked and a pointer to the column; undefined if it cannot be
 * read.
 */
export function codeFrame(path: string, line: number, column: number): string | undefined {
  const lines = linesOf(path);
  if (!lines || line > lines.length) return undefined;
  const from = Math.max(1, line - AROUND);
  const shown = lines.slice(from - 1, line + AROUND);
  const width = String(from + shown.length - 1).length;
  return shown
    .flatMap((code, index) => {
      const number = from + index;
      const mark = number === line ? ">" : " ";
      const row = `${mark} ${String(number).padStart(width)} | ${code.slice(0, LONGEST_LINE)}`.trimEnd();
      // Tabs are preserved, so that the pointer is below its column.
      const before = code.slice(0, column - 1).replace(/[^\t]/g, " ");
      return number === line ? [row, `  ${" ".repeat(width)} | ${before}^`] : [row];
    })
    .join("\n");
}

function linesOf(path: string): string[] | undefined {
  try {
    return readFileSync(path, "utf8").split(/\r?\n/);
  } catch {
    return undefined;
  }
}
