import type { LimitLaneView, SharedLimitView } from "../../../../lib/contract/api/index.ts";
import { parseExecutionName } from "../../../../lib/contract/runs/execution-name.ts";
import { workflowOfRun } from "../../../../lib/contract/runs/run-id.ts";
import type { KnownLimit } from "../../../../lib/contract/system.ts";
import type { LimitEntryItem, LimitLaneItem } from "../../../../lib/contract/table.ts";

/** Waiting runs that a view shows. */
export const MOST_WAITING = 100;

export function limitView({ name, byKey, workflows }: KnownLimit): SharedLimitView {
  return { limit: name, byKey, usedBy: workflows };
}

export function laneView(lane: LimitLaneItem | undefined, waiting: readonly LimitEntryItem[]): LimitLaneView {
  const { places = [], lookAt } = lane ?? {};
  return {
    places: places.map(({ execution, key, at }) => ({
      ...runOf(execution),
      key,
      since: new Date(at).toISOString(),
    })),
    waiting: waiting.map(({ execution, key }) => ({ ...runOf(execution), key })),
    ...(lookAt !== undefined && { next: new Date(lookAt).toISOString() }),
  };
}

function runOf(execution: string): { run: string; workflow: string } {
  const { run } = parseExecutionName(execution);
  return { run, workflow: workflowOfRun(run) };
}
