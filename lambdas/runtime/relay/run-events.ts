import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { RunRelease } from "../../../lib/contract/messages/request.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { spanOfRun } from "../../../lib/contract/trace.ts";
import { eventFor, type Origin } from "./event-for.ts";

/**
 * The events of a change of a run. If the prior item is unknown, everything that still holds is published
 * again, under the same ids.
 */
export function eventsOfRun(before: RunItem | undefined, after: RunItem): Envelope[] {
  const { run, workflow, key, limit, parent } = after;
  const origin = originOf(after);
  const about = {
    run,
    workflow,
    epoch: after.epoch,
    ...(key !== undefined && { key }),
    ...(limit && { limit }),
  };

  const status = before?.status === after.status && before.epoch === after.epoch ? undefined : after.status;
  const events: Envelope[] = [];
  const epoch = `epoch ${after.epoch}`;
  if (status === "running") events.push(eventFor("run.started", after, origin, about, epoch));
  if (status === "succeeded" || status === "failed" || status === "timed-out" || status === "terminated") {
    const { failure, compensation } = after;
    const details = {
      ...(parent && { parent }),
      ...(failure && { failure }),
      ...(compensation && { compensation: { undone: compensation.undone, failed: compensation.failed } }),
    };
    events.push(eventFor(`run.${status}`, after, origin, { ...about, ...details }, epoch));
  }
  const { paused, resumed, released } = after;
  if (paused && paused.at !== before?.paused?.at)
    events.push(eventFor("run.paused", after, origin, { ...about, ...said(paused) }, paused.at));
  if (resumed && resumed.at !== before?.resumed?.at)
    events.push(eventFor("run.resumed", after, origin, { ...about, ...said(resumed) }, resumed.at));
  const { stuck, unstuck } = after;
  if (stuck && stuck.deadLetter !== before?.stuck?.deadLetter && !before?.stuck?.also)
    events.push(eventFor("run.stuck", after, origin, { ...about, ...stuck }, stuck.deadLetter));
  if (unstuck && !stuck && unstuck.at !== before?.unstuck?.at)
    events.push(eventFor("run.unstuck", after, origin, { ...about, ...said(unstuck) }, unstuck.at));
  if (released && released !== before?.released) {
    const release: RunRelease = { workflow, held: run };
    events.push(eventFor("run.requested", after, origin, { ...release }, released));
  }
  return events;
}

/** The origin of a run's events. */
export function originOf({ run, epoch, event }: RunItem): Origin {
  const { id: cause, correlation, hops } = event;
  return { run, correlation, cause, hops, traceparent: spanOfRun(event.traceparent, run, epoch) };
}

function said({ by, why }: { by: string; why: string }) {
  return { by, why };
}
