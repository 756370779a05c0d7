import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import { eventBridge } from "./runtime/aws/bus.ts";
import { tableClaims } from "./runtime/aws/claims.ts";
import { stepFunctions } from "./runtime/aws/executions.ts";
import { observe } from "./runtime/aws/observe.ts";
import { tableOutbox } from "./runtime/aws/outbox.ts";
import { tableRuns } from "./runtime/aws/runs.ts";
import { openTable } from "./runtime/aws/table.ts";
import { sweep } from "./runtime/end/finish.ts";
import { numberSetting, setting } from "./runtime/environment.ts";
import { relay } from "./runtime/relay/relay.ts";

/** Schedule → what the fast way missed. */
const { metrics, log, counters } = observe("sweep");
const table = openTable(setting("table"));
const ports = {
  runs: tableRuns(table),
  claims: tableClaims(table, numberSetting("retentionDays")),
  executions: stepFunctions(undefined),
  outbox: tableOutbox(table),
  bus: eventBridge(setting("bus")),
  now: Date.now,
  log,
  metrics: counters,
};

export const handler = middy<unknown, void>()
  .use(logMetrics(metrics))
  .handler(async () => {
    await sweep({ ...ports, relay: (changes) => relay(changes, ports) });
  });
