import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { RunRelease } from "../../../lib/contract/request.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { type Origin, tell } from "./tell.ts";

/**
 * What a run's change tells. Where the prior item is not known, all that still holds is told again, under the same ids.
 */
export function eventsOfRun(before: RunItem | undefined, after: RunItem): Envelope[] {
  const { run, workflow, key, parent, event } = after;
  const { correlation, traceparent } = event;
  const origin: Origin = { run, correlation, traceparent, cause: event.id, hops: event.hops };
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
  if (released && released !== before?.released) {
    const release: RunRelease = { workflow, held: run };
    told.push(tell("run.requested", after, origin, { ...release }, released));
  }
  return told;
}

function said({ by, why }: { by: string; why: string }) {
  return { by, why };
}
