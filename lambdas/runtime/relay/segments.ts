import type { ClaimItem, RunItem, TableItem } from "../../../lib/contract/table.ts";
import { isEnded } from "../../../lib/contract/table.ts";
import { readTraceparent, spanOfRun, xrayTraceId } from "../../../lib/contract/trace.ts";

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

/** The segments of a change: a run that began or ended, an attempt of a step or a reaction that ended. */
export function segmentsOf(before: TableItem | undefined, after: TableItem | undefined): Segment[] {
  if (!after || before?.revision === after.revision) return [];
  if (after.kind === "run") return ofRun(before as RunItem | undefined, after);
  if (after.kind === "claim") return ofClaim(before as ClaimItem | undefined, after);
  return [];
}

function ofRun(before: RunItem | undefined, after: RunItem): Segment[] {
  const { run, workflow, epoch, status, event, acceptedAt, endedAt, failure } = after;
  if (before?.status === status && before.epoch === epoch) return [];
  const hasEnded = isEnded(status);
  if (status !== "running" && !hasEnded) return [];
  const began = after.retried ?? after.replayed;
  return segment({
    ...{ name: workflow, span: spanOfRun(event.traceparent, run, epoch), parent: event.traceparent },
    from: epoch > 1 && began ? began.at : acceptedAt,
    to: hasEnded ? (endedAt ?? after.changedAt) : undefined,
    failure: hasEnded && failure ? { name: failure.error, message: failure.cause } : undefined,
    annotations: { run, workflow, epoch, status },
  });
}

/** A result of an earlier epoch is not an attempt of this one. */
function ofClaim(before: ClaimItem | undefined, after: ClaimItem): Segment[] {
  const { run, workflow, step, path, epoch, attempt, direction, state, reusedFrom, handled, failure } = after;
  const isLate = "late" in after && !(before && "late" in before);
  const hasEnded = (state === "done" || state === "failed") && before?.state !== state;
  if (reusedFrom !== undefined || !(hasEnded || isLate)) return [];
  return segment({
    name: direction === "undo" ? `undo of ${step}` : step,
    span: after.traceparent,
    parent: handled ? handled.traceparent : spanOfRun(after.traceparent, run, epoch),
    from: after.startedAt,
    to: after.endedAt ?? after.changedAt,
    failure,
    annotations: handled
      ? { reaction: step, handling: run, event: handled.id, epoch, attempt }
      : { run, workflow, step, path, epoch, attempt },
  });
}

interface Drawn {
  name: string;
  /** W3C trace contexts of the work, and of its parent. */
  span: string | undefined;
  parent: string | undefined;
  /** ISO times; without an end it is still open. */
  from: string;
  to: string | undefined;
  failure: { name: string; message: string } | undefined;
  annotations: Segment["annotations"];
}

/** None if the trace is not recorded. */
function segment({ name, span, parent, from, to, failure, annotations }: Drawn): Segment[] {
  const context = readTraceparent(span);
  if (!context?.sampled) return [];
  return [
    {
      name,
      id: context.span,
      trace_id: xrayTraceId(context.trace),
      parent_id: readTraceparent(parent)?.span,
      start_time: seconds(from),
      ...(to === undefined ? { in_progress: true } : { end_time: seconds(to) }),
      ...(failure && { fault: true, cause: { exceptions: [exceptionOf(context.span, failure)] } }),
      annotations,
    },
  ];
}

function exceptionOf(id: string, { name, message }: { name: string; message: string }) {
  return { id, type: name, message: message.slice(0, LONGEST_MESSAGE) };
}

function seconds(time: string): number {
  return Date.parse(time) / 1_000;
}
