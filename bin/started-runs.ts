import { setTimeout as pause } from "node:timers/promises";
import { identityOf } from "../lambdas/runtime/events/identity.ts";
import type { RunDetails } from "../lambdas/runtime/ports/readers.ts";
import type { EventContract } from "../lib/contract/event.ts";
import { runId } from "../lib/contract/runs/run-id.ts";
import type { Workflow } from "../lib/index.ts";
import type { Session } from "./session.ts";

/** A run that an event starts, or that an earlier event of the same identity has started. */
export interface StartedRun {
  run: string;
  /** Undefined: not accepted yet. */
  details: RunDetails | undefined;
  /** Whether an earlier event started it. */
  isDuplicate: boolean;
}

const LOOK_EVERY = 150;

/**
 * The runs that an event starts, by their ids, which are derived from its identity. Waits until they are
 * accepted.
 */
export async function startedRuns(
  { reader }: Pick<Session, "reader">,
  contract: EventContract,
  event: { id: string; data: object },
  workflows: readonly Workflow[],
  patience: number,
): Promise<StartedRun[]> {
  const identity = identityOf(event.id, event.data, contract);
  const ids = workflows
    .filter(({ on }) => on.some(({ name }) => name === contract.name))
    .map(({ name }) => runId(name, contract.name, identity));
  const found = new Map<string, RunDetails>();
  for (
    const end = Date.now() + patience;
    found.size < ids.length && Date.now() < end;
    await pause(LOOK_EVERY)
  ) {
    for (const id of ids.filter((one) => !found.has(one))) {
      const details = await reader.run(id);
      if (details) found.set(id, details);
    }
  }
  return ids.map((run) => {
    const details = found.get(run);
    return { run, details, isDuplicate: details !== undefined && details.run.event.id !== event.id };
  });
}
