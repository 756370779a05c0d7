import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { lazyClient, lazyCommand } from "./lazy-sdk.ts";
import { loadSdk } from "./load-sdk.ts";

export const DescribeLogGroupsCommand = lazyCommand(
  "DescribeLogGroupsCommand",
  async () => (await loadSdk("logs")).DescribeLogGroupsCommand,
);
export const FilterLogEventsCommand = lazyCommand(
  "FilterLogEventsCommand",
  async () => (await loadSdk("logs")).FilterLogEventsCommand,
);

const open = async () => new (await loadSdk("logs")).CloudWatchLogsClient({});

/** A client for logs. */
export const logsClient = (): CloudWatchLogsClient => lazyClient(open);
