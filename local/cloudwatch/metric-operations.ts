import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import { invalidValue, missingParameter } from "./errors.ts";
import {
  type Dimension,
  isStatistic,
  type Metric,
  MINUTE,
  merged,
  readDimensions,
  STATISTICS,
  type StatisticSet,
  single,
  writeDimensions,
} from "./metric.ts";
import type { MetricStore } from "./metric-store.ts";
import { readQueries, seriesOf } from "./queries.ts";

const MOST_DATA = 1000;
const MOST_DIMENSIONS = 30;
const MOST_DATAPOINTS = 100_800;
const PAGE = 500;

/**
 * Writing metric data, and reading it. Times are seconds since the epoch. `arrived` is called after a write,
 * `catchUp` before a read.
 */
export function metricOperations(
  kernel: Kernel,
  metrics: MetricStore,
  { arrived, catchUp }: { arrived(metrics: readonly Metric[]): void; catchUp(): void },
): Record<string, Operation> {
  return {
    PutMetricData(input) {
      const namespace = required(input, "Namespace");
      const data: any[] = input.MetricData ?? [];
      if (data.length > MOST_DATA) {
        throw invalidValue(`The collection MetricData must not have a size greater than ${MOST_DATA}.`);
      }
      const measured = data.map((datum) => ({ datum, metric: metricOf(namespace, datum) }));
      kernel.store.atomically(() => {
        for (const { datum, metric } of measured) {
          const time = datum.Timestamp === undefined ? kernel.clock.now() : milliseconds(datum.Timestamp);
          metrics.add(metric, time, datum.Unit ?? "None", setOf(datum));
        }
      });
      arrived(measured.map(({ metric }) => metric));
      return {};
    },

    GetMetricStatistics(input) {
      catchUp();
      const metric = metricOf(required(input, "Namespace"), input);
      const statistics: string[] = input.Statistics ?? [];
      if (statistics.length === 0) throw missingParameter("Statistics");
      if (input.ExtendedStatistics) throw notServed("ExtendedStatistics");
      const range = rangeOf(input, input.Period);
      const Datapoints = [...metrics.read(metric, { ...range, unit: input.Unit })].map(([start, set]) => ({
        Timestamp: start / 1000,
        ...Object.fromEntries(statistics.map((name) => [name, statisticOf(name, set)])),
        Unit: input.Unit ?? "None",
      }));
      return { Label: metric.name, Datapoints };
    },

    GetMetricData(input) {
      catchUp();
      const newestFirst = (input.ScanBy ?? "TimestampDescending") === "TimestampDescending";
      const queries = readQueries(input.MetricDataQueries ?? []);
      const longest = Math.max(0, ...queries.map((query) => (query.metric ? query.period : 0))) / 1000;
      const MetricDataResults = queries
        .filter(({ shown }) => shown)
        .map((query) => {
          const range = rangeOf(input, query.metric ? query.period / 1000 : longest);
          const points = [...seriesOf(query, queries, range, metrics)];
          if (newestFirst) points.reverse();
          return {
            Id: query.id,
            Label: query.label ?? query.metric?.name ?? query.id,
            Timestamps: points.map(([start]) => start / 1000),
            Values: points.map(([, value]) => value),
            StatusCode: "Complete",
          };
        });
      return { MetricDataResults, Messages: [] };
    },

    ListMetrics({ Namespace, MetricName, Dimensions = [], NextToken }) {
      const wanted = ({ Name, Value }: Dimension, { dimensions }: Metric) =>
        Object.hasOwn(dimensions, Name) && (Value === undefined || dimensions[Name] === Value);
      const found = metrics
        .list()
        .filter(
          (metric) =>
            (Namespace === undefined || metric.namespace === Namespace) &&
            (MetricName === undefined || metric.name === MetricName) &&
            Dimensions.every((dimension: Dimension) => wanted(dimension, metric)),
        );
      const start = Number(NextToken ?? 0);
      const Metrics = found.slice(start, start + PAGE).map(({ namespace, name, dimensions }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: writeDimensions(dimensions),
      }));
      return { Metrics, ...(found.length > start + PAGE && { NextToken: String(start + PAGE) }) };
    },
  };
}

function required(input: any, member: string): string {
  if (typeof input[member] !== "string" || input[member] === "") throw missingParameter(member);
  return input[member];
}

function metricOf(namespace: string, input: any): Metric {
  const name = required(input, "MetricName");
  const dimensions: Dimension[] = input.Dimensions ?? [];
  if (dimensions.length > MOST_DIMENSIONS) {
    throw invalidValue(`The metric ${name} has more than ${MOST_DIMENSIONS} dimensions.`);
  }
  return { namespace, name, dimensions: readDimensions(dimensions) };
}

/** Of a value, of values with their counts, or a statistic set of the caller. */
function setOf({ MetricName, Value, Values, Counts, StatisticValues }: any): StatisticSet {
  if (StatisticValues !== undefined) {
    const { SampleCount: count, Sum: sum, Minimum: minimum, Maximum: maximum } = StatisticValues;
    return checked(MetricName, { count, sum, minimum, maximum });
  }
  const values: unknown[] = Values ?? (Value === undefined ? [] : [Value]);
  if (values.length === 0) throw missingParameter("Value");
  const sets = values.map((value, at) => {
    const set = checked(MetricName, single(value as number));
    const count: number = Counts?.[at] ?? 1;
    return { ...set, count, sum: set.sum * count };
  });
  return merged(sets)!;
}

function checked(name: string, set: StatisticSet): StatisticSet {
  if (Object.values(set).every((value) => typeof value === "number" && Number.isFinite(value))) return set;
  throw invalidValue(`A value of the metric ${name} is no number.`);
}

function statisticOf(statistic: string, set: StatisticSet): number {
  if (!isStatistic(statistic)) throw notServed(`the statistic ${statistic}`);
  return STATISTICS[statistic](set);
}

/** The requested time, rounded down to the beginning of a period. */
function rangeOf(input: any, seconds: unknown): { from: number; until: number; period: number } {
  const period = Number(seconds) * 1000;
  if (!(period > 0) || period % MINUTE !== 0) {
    throw invalidValue(
      `The local cloud measures by the minute: Period must be a multiple of 60; it is ${seconds}.`,
    );
  }
  const from = Math.floor(milliseconds(input.StartTime) / period) * period;
  const until = milliseconds(input.EndTime);
  if (!(from < until)) throw invalidValue("The parameter StartTime must be less than the parameter EndTime.");
  if ((until - from) / period > MOST_DATAPOINTS)
    throw invalidValue("You have requested too many datapoints.");
  return { from, until, period };
}

function milliseconds(time: unknown): number {
  const value = typeof time === "number" ? time * 1000 : Date.parse(String(time));
  if (Number.isFinite(value)) return value;
  throw invalidValue(`${time} is no time.`);
}

const notServed = (what: string) => invalidValue(`The local cloud does not serve ${what}.`);
