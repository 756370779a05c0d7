/** A metric: a name in a namespace, with dimensions. */
export interface Metric {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
}

/** Different for different metrics. */
export const keyOf = ({ namespace, name, dimensions }: Metric) =>
  JSON.stringify([namespace, name, dimensions]);

/** The aggregate of values at a time. */
export interface StatisticSet {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
}

export const MINUTE = 60_000;

/** The supported statistics. */
export const STATISTICS = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
} satisfies Record<string, (set: StatisticSet) => number>;

export type Statistic = keyof typeof STATISTICS;

export const isStatistic = (name: unknown): name is Statistic => Object.hasOwn(STATISTICS, String(name));

export function single(value: number): StatisticSet {
  return { count: 1, sum: value, minimum: value, maximum: value };
}

export function merged(sets: StatisticSet[]): StatisticSet | undefined {
  if (sets.length === 0) return undefined;
  return sets.reduce((a, b) => ({
    count: a.count + b.count,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  }));
}

export interface Dimension {
  Name: string;
  Value: string;
}

/** From the API's list to a record in the order of the names, so that the same dimensions are the same text. */
export function readDimensions(list: Dimension[] = []): Record<string, string> {
  const sorted = list.toSorted((a, b) => (a.Name < b.Name ? -1 : 1));
  return Object.fromEntries(sorted.map(({ Name, Value }) => [Name, Value]));
}

export function writeDimensions(dimensions: Record<string, string>): Dimension[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}
