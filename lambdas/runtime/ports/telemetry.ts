import type { LogRecord } from "./log-record.ts";
import type { Measure } from "./measure.ts";
import type { Span } from "./span.ts";

/** Structured log lines. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Counts and durations, as CloudWatch metrics. */
export interface Metrics {
  /** With `dimensions`, counts for them alone: { breaker: "image-model" }. */
  count(name: string, value?: number, dimensions?: Record<string, string>): void;
  milliseconds(name: string, value: number, dimensions?: Record<string, string>): void;
}

/** Traces of what happened. */
export interface Traces {
  /**
   * Adds spans to traces; idempotent. Returns how many spans were not accepted. Throws if that is not
   * possible. `measures` are for systems that have no other source of metrics.
   */
  record(spans: readonly Span[], measures: readonly Measure[]): Promise<number>;
  /**
   * Sends log records, where the deployment asks for that. Returns how many were not accepted. Throws if that
   * is not possible.
   */
  log?(records: readonly LogRecord[]): Promise<number>;
}
