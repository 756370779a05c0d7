import { missingParameter, validation } from "./errors.ts";
import { evaluate, type Series } from "./math/evaluate.ts";
import { type Expression, parse } from "./math/parse.ts";
import { isStatistic, type Metric, readDimensions, STATISTICS } from "./metric.ts";
import type { MetricStore } from "./metric-store.ts";

/** A metric with its statistic, or an expression over other queries. */
export type Query = { id: string; label: string | undefined; shown: boolean } & (
  | { metric: Metric; statistic: string; unit: string | undefined; period: number }
  | { expression: Expression; metric?: undefined }
);

/** From the beginning of a period until before `until`; all in milliseconds. */
export interface Range {
  from: number;
  until: number;
  period: number;
}

const ID = /^[a-z]\w*$/;

/** Parses the API's list of queries. Throws an error for what the local cloud does not support. */
export function readQueries(list: any[]): Query[] {
  const ids = new Set<string>();
  return list.map(({ Id, Label, Expression, MetricStat, ReturnData }) => {
    if (typeof Id !== "string" || !ID.test(Id))
      throw validation(`"${Id}" is no Id: it begins with a lower-case letter.`);
    if (ids.has(Id)) throw validation(`The Id "${Id}" names two queries.`);
    ids.add(Id);
    const about = { id: Id, label: Label, shown: ReturnData !== false };
    if (Expression !== undefined) return { ...about, expression: parse(Expression) };
    const { Metric: given = {}, Period, Stat, Unit } = MetricStat ?? {};
    for (const member of ["Namespace", "MetricName"]) if (!given[member]) throw missingParameter(member);
    if (!isStatistic(Stat)) throw validation(`The local cloud does not serve the statistic ${Stat}.`);
    const metric = {
      namespace: given.Namespace,
      name: given.MetricName,
      dimensions: readDimensions(given.Dimensions),
    };
    return { ...about, metric, statistic: Stat, unit: Unit, period: Number(Period) * 1000 };
  });
}

/** The metrics that queries use. */
export function metricsOf(queries: readonly Query[]): Metric[] {
  return queries.flatMap((query) => query.metric ?? []);
}

/**
 * The result of a query, by the beginnings of the periods. Throws ValidationError if queries refer to each
 * other in a cycle.
 */
export function seriesOf(
  query: Query,
  queries: readonly Query[],
  range: Range,
  metrics: Pick<MetricStore, "read">,
): Series {
  const times: number[] = [];
  for (let time = range.from; time < range.until; time += range.period) times.push(time);
  const open = new Set<string>();
  const look = (one: Query): Series => {
    if (one.metric) {
      const { metric, statistic, unit } = one;
      const sets = metrics.read(metric, { ...range, unit });
      const statisticOf = STATISTICS[statistic as keyof typeof STATISTICS];
      return new Map([...sets].map(([time, set]) => [time, statisticOf(set)]));
    }
    if (open.has(one.id)) throw validation(`The expression "${one.id}" refers to itself.`);
    open.add(one.id);
    const series = evaluate(one.expression, {
      times,
      seriesOf(id) {
        const found = queries.find((other) => other.id === id);
        if (!found) throw validation(`The expression "${one.id}" names "${id}", and there is no such query.`);
        return look(found);
      },
    });
    open.delete(one.id);
    return series;
  };
  return look(query);
}
