import { deserializing } from "../kernel/input.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";
import { alarmOperations } from "./alarm-operations.ts";
import { Alarms } from "./alarms.ts";
import { Evaluator } from "./evaluator.ts";
import { KINDS } from "./kinds.ts";
import { metricOperations } from "./metric-operations.ts";
import { MetricStore } from "./metric-store.ts";
import { TABLES } from "./tables.ts";

/** CloudWatch (target prefix "GraniteServiceVersion20100801", awsJson 1.0; signed as "monitoring"): metrics and alarms. */
export function cloudWatchService(kernel: Kernel): Service {
  kernel.store.define(TABLES);
  const metrics = new MetricStore(kernel);
  const alarms = new Alarms(kernel);
  const evaluator = new Evaluator(kernel, alarms, metrics);
  return {
    name: "monitoring",
    operations: deserializing(KINDS, {
      ...metricOperations(kernel, metrics, evaluator),
      ...alarmOperations(kernel, alarms, evaluator.alarmsChanged),
    }),
    start: () => evaluator.start(),
    async stop() {
      evaluator.stop();
    },
  };
}
