import { Duration } from "aws-cdk-lib";
import { Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import type { IConstruct } from "constructs";
import { metricsNamespace } from "../../contract/metrics.ts";
import type { HandlerFunction } from "../handler-function.ts";
import { rootStack } from "../root-stack.ts";

/** The namespace of the metrics that the functions of an app write. */
export function namespaceOf(scope: IConstruct): string {
  return metricsNamespace(rootStack(scope).stackName);
}

/**
 * A metric of Millrace's own, in the app of `scope`, with all its dimensions: another set of dimensions is
 * another metric.
 */
export function millraceMetric(
  scope: IConstruct,
  metricName: string,
  dimensionsMap: Record<string, string>,
  options: MetricOptions,
): Metric {
  return new Metric({ namespace: namespaceOf(scope), metricName, dimensionsMap, ...options });
}

/** How often something happened, from one of Millrace's own metrics. */
export function millraceCount(
  scope: IConstruct,
  metricName: string,
  dimensions: Record<string, string>,
  options: Pick<MetricOptions, "period" | "label">,
): Metric {
  return millraceMetric(scope, metricName, dimensions, { statistic: "Sum", ...options });
}

/** The age in milliseconds of the last stream record that a function processed. */
export function iteratorAge(reader: HandlerFunction): Metric {
  return reader.function.metric("IteratorAge", { statistic: "Maximum", period: Duration.minutes(1) });
}

/** Calls of functions that Lambda throttled: the limit is the region's, and so is the count. */
export function throttles(): Metric {
  return new Metric({
    namespace: "AWS/Lambda",
    metricName: "Throttles",
    statistic: "Sum",
    period: Duration.minutes(5),
  });
}
