import { correlatedKey } from "../../../lib/contract/keys/log.ts";
import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import type { ArrivedEvent, ClaimItem, CorrelatedItem, RunItem } from "../../../lib/contract/table.ts";

/**
 * The correlations that a new run belongs to. It is recorded in the deliveries of its events, if its workflow's
 * deliveries are recorded: so it is found by the event with which a correlation begins.
 * @param recorded the subscribers whose deliveries are recorded
 */
export function correlationsOfRun(run: RunItem, recorded: ReadonlySet<string>): CorrelatedItem[] {
  const { event, events, workflow } = run;
  const delivered = recorded.has(workflow) ? (events ?? [event]).filter(isFirst) : [];
  const others = [event, ...(events ?? [])].filter((one) => !delivered.includes(one));
  const correlations = new Set(others.map(({ correlation }) => correlation));
  return [...correlations].map((correlation) => correlated(run, correlation, run.acceptedAt));
}

/** The same for a new claim: that of a reaction run. */
export function correlationsOfClaim(claim: ClaimItem): CorrelatedItem[] {
  return claim.handled ? [correlated(claim, claim.correlation, claim.startedAt)] : [];
}

/** Whether a correlation begins with an event that was on the bus. */
function isFirst({ id, source, correlation }: ArrivedEvent): boolean {
  return source !== MILLRACE_SOURCE && id === correlation;
}

function correlated(
  { run, workflow, expiresAt }: Pick<RunItem | ClaimItem, "run" | "workflow" | "expiresAt">,
  correlation: string,
  changedAt: string,
): CorrelatedItem {
  const about = { kind: "correlated", correlation, run, workflow } as const;
  return { ...correlatedKey(correlation, run), ...about, revision: 1, changedAt, expiresAt };
}
