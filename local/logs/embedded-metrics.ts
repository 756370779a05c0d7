/** One PutMetricData that a log event requests. */
export interface EmbeddedMetrics {
  Namespace: string;
  MetricData: object[];
}

/**
 * The metrics in a log event of the embedded metric format; none for any other text.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(message: string): EmbeddedMetrics[] {
  if (!message.includes('"_aws"')) return [];
  const root = parse(message);
  const directives = root?._aws?.CloudWatchMetrics;
  if (!Array.isArray(directives)) return [];
  const Timestamp = root._aws.Timestamp / 1000;
  return directives.flatMap(({ Namespace, Metrics = [], Dimensions = [[]] }: any) => {
    const sets: string[][] = Dimensions.length === 0 ? [[]] : Dimensions;
    const MetricData = Metrics.flatMap(({ Name, Unit = "None" }: any) => {
      const Values = [root[Name]].flat().filter((value) => typeof value === "number");
      if (Values.length === 0) return [];
      return sets.map((names) => ({
        MetricName: Name,
        Unit,
        Values,
        Timestamp,
        Dimensions: dimensionsOf(root, names),
      }));
    });
    return typeof Namespace === "string" && MetricData.length > 0 ? [{ Namespace, MetricData }] : [];
  });
}

const dimensionsOf = (root: any, names: string[]) =>
  names.filter((Name) => root[Name] !== undefined).map((Name) => ({ Name, Value: String(root[Name]) }));

function parse(message: string): any {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
