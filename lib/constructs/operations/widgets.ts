import { Duration } from "aws-cdk-lib";
import { GraphWidget, type IMetric, MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import type { IConstruct } from "constructs";
import { millraceCount } from "./metrics.ts";

export const PERIOD = Duration.minutes(5);
/** Width of a dashboard. */
export const WIDTH = 24;
const HEIGHT = 6;
/** Maximum number of distinguishable lines in one graph. */
const LINES = 20;

/**
 * The worst of the metrics that a search finds, labelled by a dimension.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
export function search(query: string, statistic: string, dimension: string): MathExpression {
  return new MathExpression({
    expression: `SORT(SEARCH('${query}', '${statistic}'), MAX, DESC, ${LINES})`,
    label: `\${PROP('Dim.${dimension}')} ${statistic}`,
    period: PERIOD,
  });
}

/** A name as a partial match of a search: by its words, since the services' names have a suffix. */
export function tokens(name: string): string {
  return `(${name.split("-").join(" AND ")})`;
}

export function sum(scope: IConstruct, metric: string, dimensions: Record<string, string>, label: string) {
  return millraceCount(scope, metric, dimensions, { label, period: PERIOD });
}

export function graph(title: string, width: number, left: IMetric[], right: IMetric[] = []): GraphWidget {
  return new GraphWidget({ title, width, height: HEIGHT, left, right, leftYAxis: { min: 0 } });
}
