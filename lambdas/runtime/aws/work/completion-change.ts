import type { Completion } from "../../ports/claims.ts";
import { completed } from "../../work/claim-fields.ts";
import type { Change } from "../table/statements.ts";

/**
 * The change that completes the claim of an item's own, if its owner still holds it. `also`: what else is set
 * with it.
 */
export function completionChange(
  owner: string,
  completion: Completion,
  time: string,
  also: Change["set"],
): Change {
  const { set, remove } = completed(completion, time);
  return {
    set: { ...set, changedAt: time, ...also },
    remove,
    condition: "#owner = :owner AND #state = :running",
    values: { owner, running: "running" },
  };
}
