import { setTimeout as pause } from "node:timers/promises";
import { identityOf } from "../lambdas/runtime/events/identity.ts";
import { validate } from "../lambdas/runtime/events/validation.ts";
import type { RunDetails } from "../lambdas/runtime/ports/readers.ts";
import { payloadDigest } from "../lib/contract/canonical.ts";
import type { EventContract } from "../lib/contract/event.ts";
import { runId } from "../lib/contract/runs/run-id.ts";
import type { Workflow } from "../lib/index.ts";
import type { Session } from "./session.ts";

/** A run that an event starts, or that an earlier event of the same identity has started. */
export interface StartedRun {
  run: string;
  /** Undefined: not accepted yet. */
  details: RunDetails | undefined;
  outcome: SendOutcome;
}

export type SendOutcome =
  /** No run with this identity yet. */
  | "pending"
  | "started"
  /** An earlier event of the same identity and payload started the run. */
  | "duplicate"
  /** The run was started with another payload under the same identity: the workflow quarantines the event. */
  | "contradiction";

const LOOK_EVERY = 150;

/**
 * The runs that an event starts, by their ids, which are derived from its identity. Looks for them until they are
 * accepted or `patience` (milliseconds) is over, and at least once.
 */
export async function startedRuns(
  { reader }: Pick<Session, "reader">,
  contract: EventContract,
  event: { id: string; data: object },
  workflows: readonly Workflow[],
  patience: number,
): Promise<StartedRun[]> {
  const checked = await validate(contract.schema, event.data);
  const data = checked.valid ? (checked.value as object) : event.data;
  const identity = identityOf(event.id, data, contract);
  const ids = workflows
    .filter(({ on }) => on.some(({ name }) => name === contract.name))
    .map(({ name }) => runId(name, contract.name, identity));
  const found = new Map<string, RunDetails>();
  for (const end = Date.now() + patience; ; await pause(LOOK_EVERY)) {
    for (const id of ids.filter((one) => !found.has(one))) {
      const details = await reader.run(id);
      if (details) found.set(id, details);
    }
    if (found.size === ids.length || Date.now() >= end) break;
  }
  const sent = { id: event.id, payload: payloadDigest(data) };
  return ids.map((run) => {
    const details = found.get(run);
    return { run, details, outcome: outcomeOf(details, sent) };
  });
}

/** As the intake of a workflow decides: a different payload first, then a different event. */
function outcomeOf(details: RunDetails | undefined, sent: { id: string; payload: string }): SendOutcome {
  if (!details) return "pending";
  if (details.run.payload !== sent.payload) return "contradiction";
  return details.run.event.id === sent.id ? "started" : "duplicate";
}
