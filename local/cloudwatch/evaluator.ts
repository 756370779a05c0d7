import { Alarm as Wake } from "../kernel/alarm.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Alarm, Alarms } from "./alarms.ts";
import { type Datapoint, evaluate, evaluationRange, staysOk } from "./evaluation.ts";
import { isoTime } from "./iso-time.ts";
import { measure, topicOf } from "./measures.ts";
import { keyOf, type Metric, MINUTE, single } from "./metric.ts";
import type { MetricStore } from "./metric-store.ts";
import { metricsOf, seriesOf } from "./queries.ts";
import { announce, type StateChange } from "./state-change.ts";

/** A metric of a service that an alarm watches, with its last measurement. */
interface Watched {
  metric: Metric;
  value: number | undefined;
  /** The first of the minutes that all had this value. */
  since: number;
  stopListening: () => void;
}

/**
 * Measures watched metrics, and evaluates alarms, as if at each full minute. It does so only when something
 * that an alarm watches has happened, and later when the measurement moves from one period to the next: at no
 * other minute can the result differ.
 */
export class Evaluator {
  private readonly kernel: Kernel;
  private readonly alarms: Alarms;
  private readonly metrics: MetricStore;
  private readonly wake: Wake;
  private running = false;
  private watched = new Map<string, Watched>();
  /** The minute of the last evaluation. */
  private last: number;
  /** The set of alarms has changed, so all have to be evaluated. */
  private changed = true;
  /** Watched metrics, and those of them that may have new data. */
  private observed = new Set<string>();
  private readonly news = new Set<string>();
  /** By the alarm's name: the minute at which its result may change without new data. */
  private readonly due = new Map<string, number>();

  constructor(kernel: Kernel, alarms: Alarms, metrics: MetricStore) {
    this.kernel = kernel;
    this.alarms = alarms;
    this.metrics = metrics;
    this.last = minuteOf(kernel.clock.now());
    this.wake = new Wake(kernel.clock, () => this.look());
  }

  start(): void {
    this.running = true;
    this.alarmsChanged();
    this.wake.start();
  }

  stop(): void {
    this.running = false;
    this.wake.stop();
    for (const { stopListening } of this.watched.values()) stopListening();
    this.watched.clear();
  }

  /** There is, or may be, new data of these metrics. */
  readonly arrived = (metrics: readonly Metric[]): void => {
    for (const key of metrics.map(keyOf)) if (this.observed.has(key)) this.news.add(key);
    if (this.news.size > 0) this.wakeSoon();
  };

  /** Before metrics are read: measures up to the last full minute. */
  readonly catchUp = (): void => {
    if (this.running) this.measureUntil(minuteOf(this.kernel.clock.now()), this.reach());
    if (this.news.size > 0) this.wakeSoon();
  };

  /**
   * Alarms or their settings have changed. Before the start there is no timer to inform: the start reads them
   * itself.
   */
  readonly alarmsChanged = (): void => {
    if (!this.running) return;
    const before = this.watched;
    this.watched = new Map();
    const observed = new Map(
      this.alarms
        .all()
        .flatMap(({ queries }) => metricsOf(queries))
        .map((metric) => [keyOf(metric), metric]),
    );
    this.observed = new Set(observed.keys());
    for (const [key, metric] of observed) {
      const topic = topicOf(this.kernel, metric);
      if (topic === undefined) continue;
      const { value, since } = before.get(key) ?? { value: undefined, since: this.last };
      const stopListening = this.kernel.signals.on(topic, () => this.arrived([metric]));
      this.watched.set(key, { metric, value, since, stopListening });
    }
    for (const { stopListening } of before.values()) stopListening();
    this.changed = true;
    this.wakeSoon();
  };

  private wakeSoon(): void {
    this.wake.by(minuteOf(this.kernel.clock.now()) + MINUTE);
  }

  private look(): void {
    const alarms = this.evaluated();
    if (alarms.length === 0) return;
    const now = minuteOf(this.kernel.clock.now());
    const changes: StateChange[] = [];
    this.kernel.store.atomically(() => {
      this.measureUntil(now, this.reach());
      for (const alarm of alarms) {
        if (!this.mayDiffer(alarm, now)) continue;
        const range = this.evaluate(alarm, now, changes);
        this.due.set(alarm.name, this.nextChange(alarm, range, now));
      }
      this.metrics.expire();
      announce(this.kernel, changes);
    });
    // The measurement of the current minute may still change in the next.
    const isNew = this.changed || this.news.size > 0;
    const next = isNew ? now + MINUTE : Math.min(...alarms.map(({ name }) => this.due.get(name)!));
    this.changed = false;
    this.news.clear();
    if (Number.isFinite(next)) this.wake.by(next);
  }

  private mayDiffer({ name, queries }: Alarm, now: number): boolean {
    if (this.changed || this.due.get(name)! <= now) return true;
    return this.news.size > 0 && metricsOf(queries).some((metric) => this.news.has(keyOf(metric)));
  }

  private evaluated(): Alarm[] {
    return this.alarms.all().filter(({ queries }) => queries.length > 0);
  }

  /** The longest evaluation range of any alarm, milliseconds. */
  private reach(): number {
    return Math.max(0, ...this.evaluated().map(windowOf));
  }

  /**
   * Measures the minute that has ended; the minutes since the last measurement, in which nothing happened,
   * have the same values.
   */
  private measureUntil(now: number, reach: number): void {
    if (now <= this.last) return;
    const rested = Math.max(this.last, now - MINUTE - reach);
    for (const [key, watched] of this.watched) {
      const { metric } = watched;
      if (watched.value !== undefined) this.metrics.hold(metric, rested, now - MINUTE, watched.value);
      const value = measure(this.kernel, metric, now - MINUTE, now);
      if (value !== undefined) this.metrics.add(metric, now - MINUTE, "None", single(value));
      if (value === watched.value) continue;
      this.news.add(key);
      watched.value = value;
      watched.since = now - MINUTE;
    }
    this.last = now;
  }

  /**
   * When the result of an alarm may change by the passing of time alone, given this range; infinity if never.
   */
  private nextChange(alarm: Alarm, range: Datapoint[], now: number): number {
    const { period } = alarm;
    const from = now - windowOf(alarm);
    let next = Number.POSITIVE_INFINITY;
    for (const metric of metricsOf(alarm.queries)) {
      const watched = this.watched.get(keyOf(metric));
      if (watched?.value !== undefined) {
        // It does not change until all of the alarm's range is alike.
        if (watched.since > from && !this.rests(alarm, range, watched.value))
          next = Math.min(next, now + MINUTE);
        continue;
      }
      for (const minute of this.metrics.minutesSince(metric, from)) {
        const periods = Math.max(0, Math.ceil((now - minute) / period));
        next = Math.min(next, minute + periods * period + MINUTE);
      }
    }
    return next;
  }

  /** The one metric that the alarm watches keeps it OK for as long as its value does not change. */
  private rests({ name, queries, condition }: Alarm, range: Datapoint[], value: number): boolean {
    const [only, ...others] = queries;
    if (!only?.metric || others.length > 0) return false;
    return staysOk(condition, only.statistic, range, value) && this.alarms.find(name)?.state === "OK";
  }

  /** Updates the state of the alarm, and adds a change of it; answers the range that it evaluated. */
  private evaluate(alarm: Alarm, now: number, changes: StateChange[]): Datapoint[] {
    const { name, queries, period, condition } = alarm;
    const from = now - windowOf(alarm);
    const decisive = queries.find(({ shown }) => shown)!;
    const series = seriesOf(decisive, queries, { from, until: now, period }, this.metrics);
    const range = Array.from({ length: evaluationRange(condition) }, (_, index): Datapoint => {
      const time = from + index * period;
      return { time, value: series.get(time) ?? null };
    });
    const evaluation = evaluate(condition, range);
    const { state, datapoints } = evaluation;
    if (state === undefined || state === this.alarms.find(name)?.state) return range;
    const reasonData = JSON.stringify({
      version: "1.0",
      queryDate: isoTime(this.kernel.clock.now()),
      ...(datapoints[0] && { startDate: isoTime(datapoints[0].time) }),
      ...(decisive.metric && { statistic: decisive.statistic }),
      period: period / 1000,
      recentDatapoints: datapoints.map(({ value }) => value),
      threshold: condition.threshold,
    });
    changes.push(this.alarms.setState(name, { state, reason: evaluation.reason, reasonData }));
    return range;
  }
}

/** The evaluation range of an alarm, milliseconds. */
const windowOf = ({ period, condition }: Alarm) => evaluationRange(condition) * period;

const minuteOf = (time: number) => Math.floor(time / MINUTE) * MINUTE;
