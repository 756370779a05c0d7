import type { Kernel } from "../kernel/kernel.ts";
import type { Metric } from "./metric.ts";

/**
 * Namespaces of services that measure themselves → the service's name here, and the topic that is raised for
 * new data.
 */
const SERVICES: Record<
  string,
  { service: string; topic(kernel: Kernel, dimensions: Record<string, string>): string }
> = {
  "AWS/SQS": { service: "sqs", topic: (kernel, { QueueName = "" }) => `sqs:${kernel.arn("sqs", QueueName)}` },
  "AWS/Lambda": { service: "lambda", topic: (_kernel, { FunctionName = "" }) => `lambda:${FunctionName}` },
  "AWS/States": {
    service: "states",
    topic: (_kernel, { StateMachineArn = "" }) => `states:${StateMachineArn}`,
  },
};

const found = ({ namespace }: Metric) =>
  Object.hasOwn(SERVICES, namespace) ? SERVICES[namespace] : undefined;

/** A service's own measurements for the minute before `until`; undefined if there are none. */
export function measure(kernel: Kernel, metric: Metric, from: number, until: number): number | undefined {
  const entry = found(metric);
  return entry && kernel.service(entry.service)?.measure?.(metric.name, metric.dimensions, from, until);
}

/** The topic on which the metric's service signals that something happened; undefined for other metrics. */
export function topicOf(kernel: Kernel, metric: Metric): string | undefined {
  return found(metric)?.topic(kernel, metric.dimensions);
}
