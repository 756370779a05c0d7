import type { Kernel } from "../kernel/kernel.ts";
import { untilRollback } from "../kernel/until-rollback.ts";
import { keyOf, type Metric, MINUTE, merged, type StatisticSet } from "./metric.ts";

/** How long CloudWatch keeps one-minute data, in milliseconds. */
const RETENTION = 15 * 24 * 60 * MINUTE;

/** Measurements by minute. */
export class MetricStore {
  private readonly kernel: Kernel;
  /** Numbers of metrics, which are never deleted, by `keyOf`. */
  private readonly ids: () => Map<string, number>;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.ids = untilRollback(kernel.store, () => new Map());
  }

  /** Adds values at a time to its minute. */
  add(metric: Metric, time: number, unit: string, { count, sum, minimum, maximum }: StatisticSet): void {
    this.kernel.store.run(
      `INSERT INTO cloudwatch_datum VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
         count = count + excluded.count, sum = sum + excluded.sum,
         minimum = min(minimum, excluded.minimum), maximum = max(maximum, excluded.maximum)`,
      this.idOf(metric) ?? this.create(metric),
      Math.floor(time / MINUTE) * MINUTE,
      unit,
      count,
      sum,
      minimum,
      maximum,
    );
  }

  /** A value that was measured in each minute from `from` until before `until`. */
  hold(metric: Metric, from: number, until: number, value: number): void {
    if (from >= until) return;
    this.kernel.store.run(
      `WITH RECURSIVE held (minute) AS (VALUES (?) UNION ALL SELECT minute + ? FROM held WHERE minute + ? < ?)
       INSERT OR IGNORE INTO cloudwatch_datum SELECT ?, minute, 'None', 1, ?, ?, ? FROM held`,
      from,
      MINUTE,
      MINUTE,
      until,
      this.idOf(metric) ?? this.create(metric),
      value,
      value,
      value,
    );
  }

  /** The minutes with data from `from` on, in order. */
  minutesSince(metric: Metric, from: number): number[] {
    const id = this.idOf(metric);
    if (id === undefined) return [];
    return this.kernel.store
      .all<{ minute: number }>(
        "SELECT DISTINCT minute FROM cloudwatch_datum WHERE metric = ? AND minute >= ? ORDER BY minute",
        id,
        from,
      )
      .map(({ minute }) => minute);
  }

  /**
   * The data from `from` until before `until`, by the beginning of the period; in any unit if none is
   * requested.
   */
  read(
    metric: Metric,
    { from, until, period, unit }: { from: number; until: number; period: number; unit?: string | undefined },
  ): Map<number, StatisticSet> {
    const id = this.idOf(metric);
    if (id === undefined) return new Map();
    const rows = this.kernel.store.all<StatisticSet & { minute: number }>(
      `SELECT minute, count, sum, minimum, maximum FROM cloudwatch_datum
       WHERE metric = ? AND minute >= ? AND minute < ? AND (? IS NULL OR unit = ?) ORDER BY minute`,
      id,
      from,
      until,
      unit ?? null,
      unit ?? null,
    );
    const periods = Map.groupBy(rows, ({ minute }) => from + Math.floor((minute - from) / period) * period);
    return new Map([...periods].map(([start, sets]) => [start, merged(sets)!]));
  }

  /** All metrics with data, in order. */
  list(): Metric[] {
    return this.kernel.store
      .all("SELECT namespace, name, dimensions FROM cloudwatch_metric ORDER BY namespace, name, dimensions")
      .map(({ dimensions, ...metric }) => ({ ...metric, dimensions: JSON.parse(dimensions) }) as Metric);
  }

  /** Deletes data past its retention. */
  expire(): void {
    const { store, clock } = this.kernel;
    store.run("DELETE FROM cloudwatch_datum WHERE minute < ?", clock.now() - RETENTION);
  }

  private idOf(metric: Metric): number | undefined {
    const key = keyOf(metric);
    const known = this.ids().get(key);
    if (known !== undefined) return known;
    const { namespace, name, dimensions } = metric;
    const row = this.kernel.store.get<{ id: number }>(
      "SELECT id FROM cloudwatch_metric WHERE namespace = ? AND name = ? AND dimensions = ?",
      namespace,
      name,
      JSON.stringify(dimensions),
    );
    if (row) this.ids().set(key, row.id);
    return row?.id;
  }

  private create({ namespace, name, dimensions }: Metric): number {
    return this.kernel.store.get<{ id: number }>(
      "INSERT INTO cloudwatch_metric (namespace, name, dimensions) VALUES (?, ?, ?) RETURNING id",
      namespace,
      name,
      JSON.stringify(dimensions),
    )!.id;
  }
}
