import { tableClaims } from "./runtime/aws/claims.ts";
import { stepFunctions } from "./runtime/aws/executions.ts";
import { logOf } from "./runtime/aws/observe.ts";
import { sourceQueue } from "./runtime/aws/queue.ts";
import { tableRuns } from "./runtime/aws/runs.ts";
import { openTable } from "./runtime/aws/table.ts";
import { finish } from "./runtime/end/finish.ts";
import { numberSetting, setting } from "./runtime/environment.ts";
import { queueHandler } from "./runtime/queue-handler.ts";

/** Status change of an execution → the end of its run. */
const table = openTable(setting("table"));
const queue = sourceQueue(setting("queue"));
const ports = {
  runs: tableRuns(table),
  claims: tableClaims(table, numberSetting("retentionDays")),
  executions: stepFunctions(undefined),
  now: Date.now,
};

export const handler = queueHandler(
  "finish",
  () => queue,
  async ({ record, trace, logger, metrics }) => {
    const { detail } = JSON.parse(record.body) as { detail: { executionArn: string } };
    const log = logOf(logger, { execution: detail.executionArn, trace });
    await finish(detail.executionArn, { ...ports, log, metrics });
    return "finished";
  },
);
