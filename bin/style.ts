import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Text in a colour, where standard output is a terminal that shows colours; NO_COLOR turns them off. */
function paint(format: Format, text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

const COLOURS: Record<string, Format> = {
  succeeded: "green",
  done: "green",
  approved: "green",
  failed: "red",
  "timed-out": "red",
  "gave up": "red",
  "worker lost": "red",
  rejected: "red",
  waiting: "yellow",
  pending: "yellow",
  stuck: "yellow",
  running: "cyan",
  compensating: "magenta",
  terminated: "dim",
};

/** A status in its colour. */
export function paintStatus(status: string): string {
  return paint(COLOURS[status] ?? "reset", status);
}

export const paintError = (text: string) => paint("red", text);
export const paintQuiet = (text: string) => paint("dim", text);
