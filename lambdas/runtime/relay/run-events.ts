import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { RunRelease } from "../../../lib/contract/request.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { spanOfRun } from "../../../lib/contract/trace.ts";
import { type Origin, tell } from "./tell.ts";

/**
 * What a run's change tells. Where the prior item is not known, all that still holds is told again, under the same ids.
 */
export function eventsOfRun(before: RunItem | undefined, after: RunItem): Envelope[] {
  const { run, workflow, key, parent } = after;
  const origin = originOf(after);
  const about = { run, workflow, epoch: after.epoch, ...(key !== undefined && { key }) };

  const status = before?.status === after.status && before.epoch === after.epoch ? undefined : after.status;
  const told: Envelope[] = [];
  const epoch = `epoch ${after.epoch}`;
  if (status === "running") told.push(tell("run.started", after, origin, about, epoch));
  if (status === "succeeded" || status === "failed" || status === "timed-out" || status === "terminated") {
    const { failure, compensation } = after;
    const details = {
      ...(parent && { parent }),
      ...(failure && { failure }),
      ...(compensation && { compensation: { undone: compensation.undone, failed: compensation.failed } }),
    };
    told.push(tell(`run.${status}`, after, origin, { ...about, ...details }, epoch));
  }
  const { paused, resumed, released } = after;
  if (paused && paused.at !== before?.paused?.at)
    told.push(tell("run.paused", after, origin, { ...about, ...said(paused) }, paused.at));
  if (resumed && resumed.at !== before?.resumed?.at)
    told.push(tell("run.resumed", after, origin, { ...about, ...said(resumed) }, resumed.at));
  const { stuck, unstuck } = after;
  if (stuck && stuck.deadLetter !== before?.stuck?.deadLetter && !before?.stuck?.also)
    told.push(tell("run.stuck", after, origin, { ...about, ...stuck }, stuck.deadLetter));
  if (unstuck && !stuck && unstuck.at !== before?.unstuck?.at)
    told.push(tell("run.unstuck", after, origin, { ...about, ...said(unstuck) }, unstuck.at));
  if (released && released !== before?.released) {
    const release: RunRelease = { workflow, held: run };
    told.push(tell("run.requested", after, origin, { ...release }, released));
  }
  return told;
}

/** Where what a run tells came from. */
export function originOf({ run, epoch, event }: RunItem): Origin {
  const { id: cause, correlation, hops } = event;
  return { run, correlation, cause, hops, traceparent: spanOfRun(event.traceparent, run, epoch) };
}

function said({ by, why }: { by: string; why: string }) {
  return { by, why };
}
