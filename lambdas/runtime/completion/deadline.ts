import type { RunItem } from "../../../lib/contract/table.ts";

/** The ISO time at which an epoch that starts now has to end, if a setting allows less than the definition. */
export function untilOf({ deadline }: Pick<RunItem, "deadline">, now: number): string | undefined {
  return deadline === undefined ? undefined : new Date(now + deadline).toISOString();
}

/**
 * The ISO time at which a running epoch has to end, if that is not the deadline of its execution: it has
 * none, or a setting allows less.
 */
export function deadlineOf({ express, until }: Pick<RunItem, "express" | "until">): string | undefined {
  return express?.until ?? until;
}

/** Whether a running epoch has taken longer than it may. */
export function isOverdue(run: Pick<RunItem, "express" | "until">, now: number): boolean {
  const until = deadlineOf(run);
  return until !== undefined && Date.parse(until) <= now;
}
