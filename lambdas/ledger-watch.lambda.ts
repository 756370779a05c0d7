import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import { tableDeliveries } from "./runtime/aws/deliveries.ts";
import { observe } from "./runtime/aws/observe.ts";
import { openTable } from "./runtime/aws/table.ts";
import { setting } from "./runtime/environment.ts";
import { watch } from "./runtime/ledger/watch.ts";

/** Schedule → deliveries that nobody has taken up in time. */
const { metrics, log, counters } = observe("ledger-watch");
const deliveries = tableDeliveries(openTable(setting("table")));

export const handler = middy<unknown, void>()
  .use(logMetrics(metrics))
  .handler(async () => {
    await watch({ deliveries, now: Date.now, log, metrics: counters });
  });
