import { claimAt } from "../../../lib/contract/groups/claims-in.ts";
import type { ClaimItem, TableItem } from "../../../lib/contract/table.ts";

/** One change of the table: a record of its stream. */
export interface Change {
  before?: TableItem | undefined;
  after?: TableItem | undefined;
}

/** The changes of single claims, if an item with several claims has changed; otherwise the change itself. */
export function changesIn(change: Change): Change[] {
  const { after } = change;
  if (after?.kind !== "claim" || !after.following) return [change];
  const before = change.before as ClaimItem | undefined;
  // Only the last claim of an item changes, and the claims after it are new.
  const from = before?.following?.length ?? 0;
  const changes: Change[] = [];
  for (let at = before ? from : 0; at <= after.following.length; at++)
    changes.push({ before: before && claimAt(before, at), after: claimAt(after, at) });
  return changes;
}
