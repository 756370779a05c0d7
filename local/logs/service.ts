import { deserializing } from "../kernel/input.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";
import { eventOperations } from "./events.ts";
import { groupOperations } from "./groups.ts";
import { KINDS } from "./kinds.ts";
import { LogStore } from "./log-store.ts";
import { resourcePolicy } from "./resource-policy.ts";
import { SCHEMA } from "./schema.ts";

/** CloudWatch Logs (target prefix "Logs_20140328", awsJson 1.1): groups, streams and events. */
export function logsService(kernel: Kernel): Service {
  kernel.store.define(SCHEMA);
  const logs = new LogStore(kernel);
  return {
    name: "logs",
    policyOf: (arn) => resourcePolicy(kernel, arn),
    operations: deserializing(KINDS, { ...groupOperations(kernel, logs), ...eventOperations(kernel, logs) }),
  };
}
