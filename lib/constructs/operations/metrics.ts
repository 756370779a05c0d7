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

/** How often something happened, from one of Millrace's own metrics. */
export function millraceCount(
  metricName: string,
  dimensions: Record<string, string>,
  options: Pick<MetricOptions, "period" | "label">,
): Metric {
  return millraceMetric(metricName, dimensions, { statistic: "Sum", ...options });
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
