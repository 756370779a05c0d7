import type { ReplayOutcome } from "../../../lib/contract/items/replay.ts";
import type { ReplayItem } from "../../../lib/contract/table.ts";
import type { DryRunEvent, Replays } from "./ports.ts";

/**
 * What an event of a dry run would do. `alone` is the answer if it were the only one: if the dry run has
 * counted another event of the same identity, that one would have been first.
 */
export async function recordDryRun(
  alone: ReplayOutcome,
  event: DryRunEvent,
  { replay }: ReplayItem,
  { recordDryRun }: Pick<Replays, "recordDryRun">,
): Promise<ReplayOutcome> {
  if (alone !== "new" && alone !== "again") return alone;
  const earlier = await recordDryRun(replay, event);
  if (!earlier) return alone;
  return earlier.payload === event.payload ? "duplicate" : "quarantined";
}
