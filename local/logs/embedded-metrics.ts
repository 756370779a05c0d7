import { tryParseJson } from "../kernel/json-text.ts";

/** One PutMetricData that a log event requests. */
export interface EmbeddedMetrics {
  Namespace: string;
  MetricData: object[];
}

const MOST_DATA = 1000;
const MOST_DIMENSIONS = 30;

/**
 * The metrics in log events of the embedded metric format, in as few calls as possible; none for any other text.
 * Metrics that PutMetricData would refuse are left out, since others are in the same call.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(messages: readonly string[]): EmbeddedMetrics[] {
  const byNamespace = Map.groupBy(messages.flatMap(metricsIn), ({ Namespace }) => Namespace);
  return [...byNamespace].flatMap(([Namespace, found]) => {
    const data = found.flatMap(({ MetricData }) => MetricData);
    const calls = Array.from({ length: Math.ceil(data.length / MOST_DATA) }, (_, call) => call * MOST_DATA);
    return calls.map((from) => ({ Namespace, MetricData: data.slice(from, from + MOST_DATA) }));
  });
}

function metricsIn(message: string): EmbeddedMetrics[] {
  if (!message.includes('"_aws"')) return [];
  const root: any = tryParseJson(message);
  const directives = root?._aws?.CloudWatchMetrics;
  if (!Array.isArray(directives) || !Number.isFinite(root._aws.Timestamp)) return [];
  const Timestamp = root._aws.Timestamp / 1000;
  return directives.filter(isWellFormed).flatMap(({ Namespace, Metrics, Dimensions = [] }: Directive) => {
    const sets = Dimensions.length === 0 ? [[]] : Dimensions;
    const MetricData = Metrics.flatMap(({ Name, Unit = "None" }) => {
      const Values = [root[Name]].flat().filter(Number.isFinite);
      if (Values.length === 0) return [];
      return sets
        .filter(({ length }) => length <= MOST_DIMENSIONS)
        .map((names) => ({
          MetricName: Name,
          Unit,
          Values,
          Timestamp,
          Dimensions: dimensionsOf(root, names),
        }));
    });
    return [{ Namespace, MetricData }];
  });
}

interface Directive {
  Namespace: string;
  Metrics: { Name: string; Unit?: string }[];
  /** Names of members of the log event, in sets. */
  Dimensions?: string[][];
}

/** A function may write anything: what does not have this form is only a log event. */
function isWellFormed(directive: any): directive is Directive {
  const { Namespace, Metrics, Dimensions = [] } = directive ?? {};
  return isText(Namespace) && isListOf(isMetric, Metrics) && isListOf(isSet, Dimensions);
}

const isMetric = (metric: any) => isText(metric?.Name) && isText(metric.Unit ?? "None");
const isSet = (names: unknown) => isListOf(isText, names);
const isListOf = (isOne: (value: unknown) => boolean, value: unknown) =>
  Array.isArray(value) && value.every(isOne);

const isText = (value: unknown) => typeof value === "string" && value !== "";

const dimensionsOf = (root: any, names: string[]) =>
  names.filter((Name) => root[Name] !== undefined).map((Name) => ({ Name, Value: String(root[Name]) }));
