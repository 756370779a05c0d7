import { stripVTControlCharacters } from "node:util";

/** "480 ms", "3.2 s", "2 min 5 s", "3 h 20 min" */
export function elapsed(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((milliseconds % 60_000) / 1_000)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** "$0.0042", "$12.50": three digits of an amount below one dollar. */
export function dollars(usd: number): string {
  return `$${usd === 0 || usd >= 1 ? usd.toFixed(2) : Number(usd.toPrecision(3))}`;
}

/** "35.0 %" of 0.35. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** "     +3.2 s": the time since `begun` (both are ISO times), at the beginning of a line. */
export function offset(at: string, begun: string): string {
  return `+${elapsed(Date.parse(at) - Date.parse(begun))}`.padStart(10);
}

/** Indents the further lines of what begins with an offset. */
export const INDENT = " ".repeat(12);

/** The beginning of a text that is longer than `most` characters. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** From one ISO time to another, or to `now`. */
export function between(from: string, to: string | undefined, now: number): string {
  return elapsed((to === undefined ? now : Date.parse(to)) - Date.parse(from));
}

/** "just now", "5 min 3 s ago"; from an ISO time. */
export function ago(time: string, now: number): string {
  const passed = now - Date.parse(time);
  return passed < 1_000 ? "just now" : `${elapsed(passed)} ago`;
}

/** Rows under headings, each column as wide as its widest cell. */
export function tabulate(headings: string[], rows: string[][]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => widthOf(row[column]!))),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => cell + " ".repeat(widths[column]! - widthOf(cell)))
      .join("  ")
      .trimEnd();
  return [headings, ...rows].map(line).join("\n");
}

const widthOf = (text: string) => stripVTControlCharacters(text).length;

export function print(text = ""): void {
  process.stdout.write(`${visible(text)}\n`);
}

/** The colours of this program, or a character that a terminal executes: all but tabs and ends of lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be found
const CONTROL = /\u001b\[(?:0|2|22|3[1-69])m|(?!\t|\r?\n)[\u0000-\u001f\u007f-\u009f]/g;

/**
 * A text whose control characters are visible, as JSON writes them. Payloads and log lines contain what others sent:
 * printed as it is, it could rewrite what the terminal shows, or fill the clipboard.
 */
export function visible(text: string): string {
  return text.replace(CONTROL, (found) =>
    found.length > 1 ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
