import type { ClaimItem, RunItem } from "../../../lib/contract/table.ts";
import { isEnded } from "../../../lib/contract/table.ts";
import { readTraceparent, spanOfRun } from "../../../lib/contract/trace.ts";
import type { Span } from "../ports/span.ts";

/** The spans of a run: when it begins, and when it ends. */
export function spansOfRun(before: RunItem | undefined, after: RunItem): Span[] {
  const { run, workflow, epoch, status, event, acceptedAt, endedAt, failure } = after;
  if (before?.status === status && before.epoch === epoch) return [];
  const hasEnded = isEnded(status);
  if (!isRecorded(event.traceparent) || (status !== "running" && !hasEnded)) return [];
  const began = after.retried ?? after.replayed;
  return [
    {
      name: workflow,
      traceparent: spanOfRun(event.traceparent, run, epoch)!,
      parent: event.traceparent,
      from: epoch > 1 && began ? began.at : acceptedAt,
      to: hasEnded ? (endedAt ?? after.changedAt) : undefined,
      failure: hasEnded && failure ? { name: failure.error, message: failure.cause } : undefined,
      about: { run, workflow, epoch, status },
      message: { id: event.id, name: event.name, conversation: event.correlation },
    },
  ];
}

/** The span of an attempt of a step or a reaction that ended. A result of an earlier epoch is not an attempt of this one. */
export function spansOfClaim(before: ClaimItem | undefined, after: ClaimItem): Span[] {
  const { run, workflow, step, path, epoch, attempt, direction, state, reusedFrom, handled, failure } = after;
  const isLate = "late" in after && !(before && "late" in before);
  const hasEnded = (state === "done" || state === "failed") && before?.state !== state;
  if (!isRecorded(after.traceparent) || reusedFrom !== undefined || !(hasEnded || isLate)) return [];
  return [
    {
      name: direction === "undo" ? `undo of ${step}` : step,
      traceparent: after.traceparent,
      parent: handled ? handled.traceparent : spanOfRun(after.traceparent, run, epoch),
      from: after.startedAt,
      to: after.endedAt ?? after.changedAt,
      failure,
      about: handled
        ? { reaction: step, handling: run, event: handled.id, epoch, attempt }
        : { run, workflow, step, path, epoch, attempt },
      message: handled ? { id: handled.id, name: handled.name, conversation: after.correlation } : {},
    },
  ];
}

function isRecorded(traceparent: string | undefined): traceparent is string {
  return readTraceparent(traceparent)?.sampled ?? false;
}
