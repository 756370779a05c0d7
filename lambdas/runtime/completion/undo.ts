import { claimKey } from "../../../lib/contract/keys/claim.ts";
import type { Undo } from "../../../lib/contract/messages/compensation-message.ts";
import { type Decided, lostWay } from "../../../lib/contract/race.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";

/**
 * Effects that still have to be undone, the most recent first. If a later epoch uses an effect, that epoch
 * undoes it. In a run that continues or succeeded, only late effects are undone, and those of the ways that
 * have lost a race; the same holds for epochs before a restarted one, which are independent of it.
 */
export function owedEffects(
  claims: readonly ClaimItem[],
  of: "all" | "late",
  restarted = 1,
  races: readonly Decided[] = [],
): ClaimItem[] {
  const isOwed = (claim: ClaimItem) =>
    (of === "all" && claim.epoch >= restarted) || lostWay(claim, races) !== undefined;
  const concluded = new Set(claims.filter(isConcluded).map(effectOf));
  return claims
    .filter(({ direction, undo }) => direction === "do" && undo)
    .filter((claim) => isLate(claim) || (claim.state === "done" && isOwed(claim)))
    .filter((claim) => !concluded.has(effectOf(claim)))
    .sort((a, b) => compare(doneAt(b), doneAt(a)) || positionOf(b) - positionOf(a) || compare(b.sk, a.sk));
}

/** How many effects of a run have been undone, and how many undos were given up. */
export function countUndos(claims: readonly ClaimItem[]): { undone: number; failed: number } {
  const undos = claims.filter(({ direction }) => direction === "undo");
  return {
    undone: undos.filter(({ state }) => state === "done").length,
    failed: undos.filter(({ state, givenUp }) => givenUp && state !== "done" && state !== "sealed").length,
  };
}

/** An effect, as input of the state machine that undoes it. */
export function undoOf({ epoch, path, undo }: ClaimItem): Undo {
  return { epoch, path, step: undo!.step };
}

/** The key of the claim of an effect's undo. */
export function undoKey({ run, epoch, path }: ClaimItem) {
  return claimKey(run, epoch, path, "undo");
}

/** Sealed while its worker was running, and completed all the same. */
function isLate(claim: ClaimItem): boolean {
  return claim.state === "sealed" && "late" in claim;
}

/** An undo that is done, was given up, or must not happen since a later epoch uses the effect. */
function isConcluded({ direction, state, givenUp }: ClaimItem): boolean {
  return direction === "undo" && (state === "done" || state === "sealed" || givenUp !== undefined);
}

function effectOf({ epoch, path }: ClaimItem): string {
  return `${epoch}#${path}`;
}

function positionOf({ position = 0 }: ClaimItem): number {
  return position;
}

function doneAt({ endedAt, changedAt }: ClaimItem): string {
  return endedAt ?? changedAt;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
