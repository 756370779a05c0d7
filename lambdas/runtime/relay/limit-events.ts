import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { RunRelease } from "../../../lib/contract/messages/request.ts";
import { parseExecutionName } from "../../../lib/contract/runs/execution-name.ts";
import { workflowOfRun } from "../../../lib/contract/runs/run-id.ts";
import type { LimitLaneItem } from "../../../lib/contract/table.ts";
import { eventFor } from "./event-for.ts";

/** Runs that got a place in a shared limit from another invocation: their workflows are to start them. */
export function eventsOfLane(before: LimitLaneItem | undefined, after: LimitLaneItem): Envelope[] {
  const known = new Set(before?.places.map(({ execution, at }) => `${execution} ${at}`));
  return after.places
    .filter(({ called, execution, at }) => called && !known.has(`${execution} ${at}`))
    .map(({ execution, at }) => {
      const { run } = parseExecutionName(execution);
      const origin = { run, correlation: run, cause: run, hops: 0 };
      const release: RunRelease = { workflow: workflowOfRun(run), held: run };
      return eventFor("run.requested", after, origin, { ...release }, `${execution} ${at}`);
    });
}
