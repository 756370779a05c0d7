import type { Envelope } from "../../../lib/contract/envelope.ts";
import { derivedEventId } from "../../../lib/contract/keys.ts";
import { MILLRACE_SOURCE, type ReservedEvent } from "../../../lib/contract/reserved.ts";
import type {
  ApprovalItem,
  ClaimItem,
  QuarantineItem,
  RunItem,
  TableItem,
} from "../../../lib/contract/table.ts";

/**
 * The events that a change of the table tells of. State is written first and alone; what is on the bus follows
 * from it, under ids derived from it, so state and event cannot disagree, and publishing twice says nothing new.
 */
export function eventsOf(before: TableItem | undefined, after: TableItem | undefined): Envelope[] {
  if (!after || before?.revision === after.revision) return [];
  switch (after.kind) {
    case "run":
      return ofRun(after);
    case "claim":
      return ofClaim(after);
    case "approval":
      return ofApproval(after);
    case "quarantine":
      return ofQuarantine(after);
  }
}

function ofRun(item: RunItem): Envelope[] {
  if (item.status === "accepted" || item.status === "closing" || item.status === "compensating") return [];
  const name = item.status === "running" ? "run.started" : (`run.${item.status}` as const);
  const { correlation, traceparent } = item.event;
  const origin = { run: item.run, correlation, traceparent, cause: item.event.id, hops: item.event.hops };
  const { run, workflow, epoch, key, failure } = item;
  const about = { run, workflow, epoch, ...(key !== undefined && { key }) };
  return [tell(name, item, origin, { ...about, ...(failure && { failure }) })];
}

function ofClaim(item: ClaimItem): Envelope[] {
  const { run, workflow, epoch, step, path, attempt, failure } = item;
  const about = { run, workflow, epoch, step, path, attempt };
  if (item.state === "done") return [tell("step.completed", item, item, about), ...(item.emitted ?? [])];
  if (item.state !== "failed") return [];
  const failed = tell("step.failed", item, item, { ...about, failure });
  if (failure?.reaction !== "ask") return [failed];
  return [failed, tell("escalation.raised", item, item, { ...about, why: "ask", message: failure.message })];
}

function ofApproval(item: ApprovalItem): Envelope[] {
  const { run, workflow, epoch, approval, path, level, show, decision } = item;
  const about = { run, workflow, epoch, approval, path, level };
  if (item.state === "decided") return [tell("approval.decided", item, item, { ...about, decision })];
  if (item.state === "closed") return [];
  return level === 1
    ? [tell("approval.requested", item, item, { ...about, show })]
    : [tell("escalation.raised", item, item, { ...about, why: "timeout", show })];
}

function ofQuarantine(item: QuarantineItem): Envelope[] {
  const origin = { run: undefined, correlation: item.id, cause: item.id, hops: 0 };
  const { id, subscriber, reason, findings, name, source } = item;
  const about = { quarantine: id, subscriber, reason, findings, event: name, source };
  const quarantined = tell("event.quarantined", item, origin, about);
  return reason === "contradiction"
    ? [quarantined, tell("escalation.raised", item, origin, { ...about, why: reason })]
    : [quarantined];
}

interface Origin {
  run: string | undefined;
  correlation: string;
  cause: string;
  hops: number;
  traceparent?: string | undefined;
}

function tell(name: ReservedEvent, item: TableItem, origin: Origin, data: Record<string, unknown>): Envelope {
  return {
    id: derivedEventId(item.pk, item.sk, item.revision, name),
    name,
    version: 1,
    time: item.changedAt,
    source: MILLRACE_SOURCE,
    subject: origin.run,
    correlation: origin.correlation,
    causation: origin.cause,
    hops: origin.hops + 1,
    traceparent: origin.traceparent,
    data: { ...data, revision: item.revision },
  };
}
