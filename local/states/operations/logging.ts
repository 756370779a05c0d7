import type { Kernel } from "../../kernel/kernel.ts";
import { groupOf, type LoggingConfiguration } from "../execution-log.ts";
import { refusals } from "./errors.ts";

/** Refuses a configuration that logs nowhere, to several places, or to a log group that is not there. */
export async function checkLogging(
  kernel: Kernel,
  configuration: LoggingConfiguration | undefined,
): Promise<void> {
  if (configuration === undefined || (configuration.level ?? "OFF") === "OFF") return;
  if (configuration.destinations?.length !== 1) {
    throw refusals.invalidLogging("Must specify exactly one Log Destination.");
  }
  const name = groupOf(configuration);
  const found =
    name !== undefined &&
    (await kernel.call("logs", "DescribeLogGroups", { logGroupNamePrefix: name })).logGroups.some(
      ({ logGroupName }: { logGroupName: string }) => logGroupName === name,
    );
  if (!found) throw refusals.invalidLogging("Log Destination not found.");
}
