import type { WrittenLine } from "../lambdas/runtime/ports/function-logs.ts";
import { ownStack } from "./own-stack.ts";

/** The other fields of a line: without those that are shown anyway, or that all lines of a run share. */
const KNOWN = new Set([
  "timestamp",
  "level",
  "message",
  "service",
  "sampling_rate",
  "xray_trace_id",
  "run",
  "workflow",
  "epoch",
  "event",
  "trace",
  "request",
  "error",
  "stack",
]);

type Fields = Record<string, unknown>;

/** One line for people: its time, its function, its message, and its subject; an error's stack below. */
export function describeLine({ at, text }: WrittenLine): string {
  const line = read(text);
  const time = new Date(at).toISOString();
  if (!line) return `${time}  ${text}`;
  const { level = "", service = "", message, error, stack } = line;
  const about = Object.entries(line)
    .filter(([name, value]) => !KNOWN.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${shown(value)}`);
  const said = typeof message === "string" ? message : shown(message ?? line.errorMessage ?? text);
  const first = [time, String(level).padEnd(5), String(service), said, ...about].filter(Boolean).join("  ");
  const below = [stack, stackOf(error)].filter((part): part is string => typeof part === "string");
  return [
    first,
    ...below.flatMap((stack) => ownStack(stack, at)).map((row) => (row === "" ? "" : `    ${row}`)),
  ].join("\n");
}

/** Whether a line reports a failure: a logged error, or a function that timed out or crashed. */
export function isError({ text }: WrittenLine): boolean {
  const line = read(text);
  const status = (line?.record as Fields | undefined)?.status;
  return line?.level === "ERROR" || line?.level === "FATAL" || status === "timeout" || status === "error";
}

/** The filter pattern that finds such lines. */
export const ERRORS =
  '{ $.level = "ERROR" || $.level = "FATAL" || $.record.status = "timeout" || $.record.status = "error" }';

function read(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function stackOf(error: unknown): string | undefined {
  const { stack, name, message } = (error ?? {}) as Fields;
  if (typeof stack === "string") return stack;
  return message === undefined ? undefined : `${name}: ${message}`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
