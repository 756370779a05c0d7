import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { lazyClient, lazyCommand } from "./lazy-sdk.ts";
import { loadSdk } from "./load-sdk.ts";

export const GetMetricDataCommand = lazyCommand(
  "GetMetricDataCommand",
  async () => (await loadSdk("cloudwatch")).GetMetricDataCommand,
);

const open = async () => new (await loadSdk("cloudwatch")).CloudWatchClient({});

/** A client for metrics. */
export const metricsClient = (): CloudWatchClient => lazyClient(open);
