import { readTraceparent, xrayTraceId } from "../../../lib/contract/trace.ts";
import type { Span, SpanFailure } from "../ports/span.ts";

/**
 * A segment document of X-Ray: one span of a trace.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 */
export interface Segment {
  name: string;
  /** 16 hexadecimal digits. The same id again replaces an incomplete segment. */
  id: string;
  trace_id: string;
  parent_id?: string | undefined;
  /** Epoch seconds, with a fraction. */
  start_time: number;
  end_time?: number;
  in_progress?: true;
  fault?: true;
  /** The error. */
  cause?: { exceptions: { id: string; type: string; message: string }[] };
  /** Annotations, by which traces are found. */
  annotations: Record<string, string | number>;
}

const LONGEST_MESSAGE = 1_000;

/** A span as X-Ray has it. */
export function segmentOf({ name, traceparent, parent, from, to, failure, about }: Span): Segment {
  const { span, trace } = readTraceparent(traceparent)!;
  return {
    name,
    id: span,
    trace_id: xrayTraceId(trace),
    parent_id: readTraceparent(parent)?.span,
    start_time: seconds(from),
    ...(to === undefined ? { in_progress: true } : { end_time: seconds(to) }),
    ...(failure && { fault: true, cause: { exceptions: [exceptionOf(span, failure)] } }),
    annotations: about,
  };
}

function exceptionOf(id: string, { name, message }: SpanFailure) {
  return { id, type: name, message: message.slice(0, LONGEST_MESSAGE) };
}

function seconds(time: string): number {
  return Date.parse(time) / 1_000;
}
