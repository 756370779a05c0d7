import { readTraceparent } from "../../../lib/contract/trace.ts";

/** The digits of a trace's id that every producer chooses at random, and how many ids they distinguish. */
const RANDOM_DIGITS = 14;
const IDS = 2 ** 56;

/**
 * Whether a trace is among the share that is sent. It follows from the trace's id, so all of a trace is sent or none of it,
 * by all who decide with the same share: https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export function isSampled(traceparent: string, share: number): boolean {
  const context = readTraceparent(traceparent);
  if (!context?.sampled) return false;
  return Number.parseInt(context.trace.slice(-RANDOM_DIGITS), 16) >= (1 - share) * IDS;
}
