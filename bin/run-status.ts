import { awaitedBy } from "../lambdas/runtime/api/views/awaited.ts";
import { currentState } from "../lambdas/runtime/api/views/current-state.ts";
import type { RunDetails } from "../lambdas/runtime/ports/readers.ts";
import type { AwaitedView } from "../lib/contract/api/index.ts";
import { fold } from "../lib/contract/log/fold.ts";
import type { LogItem } from "../lib/contract/table.ts";
import { ago } from "./format.ts";
import type { Session } from "./session.ts";

/** What a run waits for now; empty where it does not wait. */
export function awaitedNow(details: RunDetails, entries: LogItem[], now: number): AwaitedView[] {
  return awaitedBy(currentState(details, fold(entries), new Date(now).toISOString()));
}

/** The status for people: a run that only waits is waiting. */
export function statusOf({ run }: RunDetails, awaited: readonly AwaitedView[]): string {
  if (run.stuck) return "stuck";
  return run.status === "running" && awaited.length > 0 ? "waiting" : run.status;
}

/** The status for people, of a run of which no more is shown. */
export async function currentStatus(
  { eventLog }: Pick<Session, "eventLog">,
  details: RunDetails,
): Promise<string> {
  const entries = await eventLog.ofRun(details.run.run);
  return statusOf(details, awaitedNow(details, entries, Date.now()));
}

/** How many waits of a run are named in a line: a list of children may have hundreds. */
const MOST_NAMED = 3;

/** "a decision of editor, since 5 min ago" */
export function describeAwaited(awaited: readonly AwaitedView[], now: number): string {
  const named = awaited.slice(0, MOST_NAMED).map((one) => `${one.for}, since ${ago(one.since, now)}`);
  const others = awaited.length - named.length;
  return [...named, ...(others > 0 ? [`and ${others} more`] : [])].join("; ");
}
