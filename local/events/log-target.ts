import { asText } from "../kernel/json-text.ts";
import type { BusEvent } from "./event.ts";
import { InputError } from "./input.ts";
import type { Target } from "./targets.ts";

/** A log event in the form of PutLogEvents. */
export interface LogEntry {
  /** Milliseconds since the epoch. */
  timestamp: number;
  message: string;
}

/**
 * The log event of an event: the event unchanged, at its own time; or the target's input, which has to be an
 * object with a timestamp (milliseconds since the epoch, or ISO 8601) and a message. Throws InputError for
 * anything else.
 */
export function logEntry(target: Target, eventText: string, input: string): LogEntry {
  const { time }: BusEvent = JSON.parse(eventText);
  if (target.Input === undefined && target.InputTransformer === undefined) {
    return { timestamp: Date.parse(time), message: input };
  }
  const { timestamp, message } = parseObject(input);
  const milliseconds = typeof timestamp === "string" ? (dateOf(timestamp) ?? Number(timestamp)) : timestamp;
  if (!Number.isFinite(milliseconds) || message === undefined) {
    throw new InputError("A log group takes an object with a timestamp and a message.");
  }
  return { timestamp: milliseconds as number, message: asText(message) };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Invalid JSON has neither of the two members, which the caller reports.
  }
  return {};
}

function dateOf(text: string): number | undefined {
  const date = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}
