import { claimAsStarted, claimAt } from "../../../lib/contract/groups/claims-in.ts";
import type { ClaimItem, RunItem, TableItem } from "../../../lib/contract/table.ts";

/** One change of the table: a record of its stream. */
export interface Change {
  before?: TableItem | undefined;
  after?: TableItem | undefined;
}

/**
 * The changes of single claims, if an item with several claims has changed; otherwise the change itself.
 * Earlier changes that are published with this one come first.
 */
export function changesIn(change: Change): Change[] {
  const { after } = change;
  if (after?.kind === "run") return [...acceptanceIn(change.before as RunItem | undefined), change];
  if (after?.kind !== "claim" || !after.following) return [change];
  const before = change.before as ClaimItem | undefined;
  const unpublished = before ? unpublishedIn(before) : [];
  // Only the last claim of an item changes, and the claims after it are new.
  const last = before?.following?.length ?? 0;
  const changes: Change[] = [];
  for (let at = last; at <= after.following.length; at++)
    changes.push({ before: before && claimAt(before, at), after: claimAt(after, at) });
  return [...unpublished, ...changes];
}

/** The acceptance of a run, if it was not published when it was made. */
function acceptanceIn(before: RunItem | undefined): Change[] {
  return before?.publishedUpTo === undefined ? [] : [{ after: before }];
}

/**
 * Changes of an item's claims that were not published when they were made. Any other change is published at once, so
 * one write started each claim, and the next one completed all but the last.
 */
function unpublishedIn(item: ClaimItem): Change[] {
  const { publishedUpTo, following = [] } = item;
  if (publishedUpTo === undefined) return [];
  const changes: Change[] = [];
  for (let at = publishedUpTo - 1; at <= following.length; at++) {
    const claim = claimAt(item, at)!;
    const started = claim.state === "done" ? claimAsStarted(claim) : claim;
    if (at >= publishedUpTo) changes.push({ after: started });
    if (claim !== started) changes.push({ before: started, after: claim });
  }
  return changes;
}
