import { parseExecutionName } from "../../../lib/contract/keys.ts";
import type { EndedStatus, RunEnd } from "../../../lib/contract/table.ts";
import type { Claims, Executions, Log, Metrics, Now, Outbox, Runs } from "../ports.ts";
import type { Change } from "../relay/relay.ts";

export interface FinishPorts {
  runs: Runs;
  claims: Pick<Claims, "seal">;
  executions: Pick<Executions, "ending">;
  now: Now;
  log: Log;
  metrics: Metrics;
}

/** How Step Functions names the ends of an execution, and how a run does. */
export const ENDINGS: Record<string, EndedStatus> = {
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timed-out",
  ABORTED: "terminated",
};

/**
 * Takes a run to its end, whatever ended its execution: nothing may start any more, then what has not finished is
 * sealed, then the end is noted. In this order, since a worker writes its claim first and reads the run after: one
 * of the two always sees the other.
 */
export async function finish(execution: string, ports: FinishPorts): Promise<void> {
  const end = await ports.executions.ending(execution);
  if (!end) {
    ports.log.info("The execution still runs.", { execution });
    return;
  }
  const { run, epoch } = parseExecutionName(execution.slice(execution.lastIndexOf(":") + 1));
  await endRun(run, epoch, end, ports);
}

async function endRun(run: string, epoch: number, end: RunEnd, ports: FinishPorts): Promise<void> {
  await ports.runs.close(run, epoch);
  await ports.claims.seal(run, epoch);
  if (!(await ports.runs.end(run, epoch, end))) return;
  ports.log.info(`The run ${end.status}.`, { run, epoch, ...end.failure });
  ports.metrics.count(end.status === "succeeded" ? "RunsSucceeded" : "RunsFailed");
}

/** How many items one sweep looks at; the next one goes on. */
const SWEEP_LIMIT = 100;
/** A change should be on the bus long before this. */
const UNPUBLISHED_AFTER = 5 * 60 * 1000;

/**
 * Finds what the fast way missed: runs whose execution ended without an event reaching us, and changes that the
 * relay did not publish. Each open run is looked at after an hour, then after twice the time each.
 */
export async function sweep(
  ports: FinishPorts & { outbox: Outbox; relay: (changes: Change[]) => Promise<unknown> },
): Promise<void> {
  const now = ports.now();
  for (const item of await ports.runs.due(new Date(now).toISOString(), SWEEP_LIMIT)) {
    const end = item.execution && (await ports.executions.ending(item.execution));
    if (end) await endRun(item.run, item.epoch, end, ports);
    else await ports.runs.postpone(item.run, new Date(2 * now - Date.parse(item.acceptedAt)).toISOString());
  }
  const unpublished = await ports.outbox.overdue(
    new Date(now - UNPUBLISHED_AFTER).toISOString(),
    SWEEP_LIMIT,
  );
  if (unpublished.length === 0) return;
  ports.log.warn("Changes were not on the bus after five minutes; they are published now.", {
    count: unpublished.length,
  });
  await ports.relay(unpublished.map((after) => ({ after })) as Change[]);
}
