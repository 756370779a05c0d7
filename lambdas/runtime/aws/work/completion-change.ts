import type { Completion } from "../../ports/claims.ts";
import type { Change } from "../table/statements.ts";

/** The change that completes the claim of an item's own, if its owner still holds it. `also`: what else is set with it. */
export function completionChange(
  owner: string,
  { result, emitted, undo }: Completion,
  also: Change["set"],
): Change {
  return {
    set: { state: "done", result, emitted: emitted.length > 0 ? emitted : undefined, undo, ...also },
    remove: ["doubt"],
    condition: "#owner = :owner AND #state = :running",
    values: { owner, running: "running" },
  };
}
