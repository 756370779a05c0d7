import type { ReplayOutcome } from "../../../lib/contract/items/replay.ts";
import type { ReplayItem } from "../../../lib/contract/table.ts";
import type { DryRunEvent, Replays } from "./ports.ts";

/**
 * What an event of a dry run would come to. `alone` is what it would if it were the only one: where the dry run has had
 * another of the same identity, that one would have been first.
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
