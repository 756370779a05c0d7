import { Duration } from "aws-cdk-lib";
import { Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import type { HandlerFunction } from "../handler-function.ts";

/** A metric of Millrace's own, with all its dimensions: another set of dimensions is another metric. */
export function millraceMetric(
  metricName: string,
  dimensionsMap: Record<string, string>,
  options: MetricOptions,
): Metric {
  return new Metric({ namespace: "Millrace", metricName, dimensionsMap, ...options });
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
