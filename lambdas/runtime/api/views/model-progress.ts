import type { ModelProgressView } from "../../../../lib/contract/api/index.ts";
import type { ModelProgress } from "../../../../lib/contract/model-progress.ts";
import { type ClaimItem, isEnded } from "../../../../lib/contract/table.ts";
import type { RunDetails } from "../../ports/readers.ts";
import { CLOCK_TOLERANCE } from "../../work/effect.ts";

/** Milliseconds after which the progress of a step without a claim counts as old. */
const FRESH = 60_000;

/**
 * What a model writes for a step now: nothing once the attempt has ended, and nothing of an earlier attempt or
 * delivery. A repeatable step has no claim while it runs, so that only the age of its progress counts.
 */
export function currentProgress(
  { run, claims }: RunDetails,
  path: string,
  stored: ModelProgress | undefined,
  now: number,
): ModelProgressView | undefined {
  if (!stored || isEnded(run.status)) return undefined;
  const claim = claims.find((one) => one.path === path && one.direction === "do");
  const isCurrent = claim ? isOf(claim, stored) : now - Date.parse(stored.at) < FRESH;
  if (!isCurrent) return undefined;
  const { text, characters, ...shown } = stored;
  const omitted = characters - text.length;
  return { ...shown, text, ...(omitted > 0 && { omitted }) };
}

function isOf({ state, attempt, startedAt }: ClaimItem, stored: ModelProgress): boolean {
  const began = Date.parse(startedAt) - CLOCK_TOLERANCE;
  return state === "running" && attempt === stored.attempt && Date.parse(stored.startedAt) >= began;
}
