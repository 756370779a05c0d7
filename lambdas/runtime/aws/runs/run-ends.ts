import { auditOfRun } from "../../../../lib/contract/audit.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import { PUBLISHED_CHANGES } from "../../../../lib/contract/published-changes.ts";
import { workflowOfRun } from "../../../../lib/contract/runs/run-id.ts";
import { indexesOf } from "../../../../lib/contract/runs/run-indexes.ts";
import { OPEN_STATUSES, type RunEnd, type RunItem } from "../../../../lib/contract/table.ts";
import type { Now } from "../../ports/clock.ts";
import type { Runs } from "../../ports/runs.ts";
import type { Change } from "../table/statements.ts";
import { change, type Table } from "../table/table.ts";

const [accepted, running, closing] = OPEN_STATUSES;

/** The ends of runs in the table, for functions that change nothing else of them. */
export function tableRunEnds(table: Table, now: Now = Date.now): Pick<Runs, "succeeded" | "end"> {
  return {
    async succeeded(run, output) {
      const ended = await change(table, runKey(run.run), successChange({ ...run, output }, now()));
      return ended.changed ? undefined : (ended.refusedBy as RunItem | undefined);
    },

    async end(run, epoch, end) {
      const ended = await change(table, runKey(run), {
        ...endedAs({ run }, end, now()),
        condition: "#epoch = :epoch AND #status IN (:accepted, :running, :closing)",
        values: { epoch, accepted, running, closing },
      });
      return ended.changed;
    },
  };
}

/** The change that ends a run without an execution, at `at` (epoch milliseconds), if none has taken it over. */
export function successChange(
  {
    run,
    epoch,
    acceptedAt,
    output,
  }: Pick<RunItem, "run" | "epoch" | "output"> & Partial<Pick<RunItem, "acceptedAt">>,
  at: number,
): Change {
  return {
    ...endedAs({ run, acceptedAt }, { status: "succeeded", output }, at),
    condition: [
      "#epoch = :epoch AND #status IN (:accepted, :running)",
      "attribute_not_exists(#execution) AND attribute_not_exists(#compensation)",
    ].join(" AND "),
    values: { epoch, accepted, running },
  };
}

/** What an end writes and removes, in addition to what follows from the status before. */
function endedAs(
  run: Parameters<typeof auditOfRun>[0],
  { status, output, failure }: RunEnd,
  at: number,
): Pick<Change, "set" | "remove"> {
  const time = new Date(at).toISOString();
  const audit = auditOfRun(run, at);
  return {
    set: {
      status,
      output,
      failure,
      endedAt: time,
      changedAt: time,
      ...indexesOf({ run: run.run, workflow: workflowOfRun(run.run), status, failure }),
      ...audit,
    },
    remove: [PUBLISHED_CHANGES.later, "stuck", "held", ...(audit ? [] : ["due", "dueAt"])],
  };
}
