import { Alarm as Wake } from "../kernel/alarm.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Alarm, Alarms } from "./alarms.ts";
import { type Datapoint, evaluate, evaluationRange } from "./evaluation.ts";
import { measure, topicOf } from "./measures.ts";
import { type Metric, MINUTE, single } from "./metric.ts";
import type { MetricStore } from "./metric-store.ts";
import { metricsOf, seriesOf } from "./queries.ts";
import { announce, isoTime } from "./state-change.ts";

/** A metric of a service that an alarm watches, as it was measured last. */
interface Watched {
  metric: Metric;
  value: number | undefined;
  stopListening: () => void;
}

/**
 * Measures what alarms watch, and evaluates the alarms, at each full minute. Where nothing has changed for as long as
 * any alarm looks back, no later minute can tell more: then it rests until something happens.
 */
export class Evaluator {
  private readonly kernel: Kernel;
  private readonly alarms: Alarms;
  private readonly metrics: MetricStore;
  private readonly wake: Wake;
  private watched = new Map<string, Watched>();
  /** The minute that was looked at last. */
  private last: number;
  private news = true;
  /** Minutes that brought nothing new. */
  private calm = 0;

  constructor(kernel: Kernel, alarms: Alarms, metrics: MetricStore) {
    this.kernel = kernel;
    this.alarms = alarms;
    this.metrics = metrics;
    this.last = minuteOf(kernel.clock.now());
    this.wake = new Wake(kernel.clock, () => this.look());
  }

  start(): void {
    this.alarmsChanged();
    this.wake.start();
  }

  stop(): void {
    this.wake.stop();
    for (const { stopListening } of this.watched.values()) stopListening();
    this.watched.clear();
  }

  /** Something was measured, or may be. */
  readonly arrived = (): void => {
    this.news = true;
    this.wake.by(minuteOf(this.kernel.clock.now()) + MINUTE);
  };

  /** There are other alarms, or other settings. */
  readonly alarmsChanged = (): void => {
    const before = this.watched;
    this.watched = new Map();
    for (const metric of this.alarms.all().flatMap(({ queries }) => metricsOf(queries))) {
      const topic = topicOf(this.kernel, metric);
      if (topic === undefined) continue;
      const key = JSON.stringify(metric);
      if (this.watched.has(key)) continue;
      const value = before.get(key)?.value;
      this.watched.set(key, { metric, value, stopListening: this.kernel.signals.on(topic, this.arrived) });
    }
    for (const { stopListening } of before.values()) stopListening();
    this.arrived();
  };

  private look(): void {
    const alarms = this.alarms.all().filter(({ queries }) => queries.length > 0);
    const now = minuteOf(this.kernel.clock.now());
    if (alarms.length === 0) return;
    const longest = Math.max(...alarms.map(({ period, condition }) => evaluationRange(condition) * period));
    this.kernel.store.atomically(() => {
      this.measureUntil(now, longest);
      for (const alarm of alarms) this.evaluate(alarm, now);
      this.metrics.expire();
    });
    this.calm = this.news ? 0 : this.calm + 1;
    this.news = false;
    if (this.calm * MINUTE <= longest) this.wake.by(now + MINUTE);
  }

  /** Measures the minute that has ended; those since the last look, in which nothing happened, were as it was then. */
  private measureUntil(now: number, longest: number): void {
    const rested = Math.max(this.last, now - MINUTE - longest);
    for (const watched of this.watched.values()) {
      const { metric } = watched;
      for (let minute = rested; minute < now - MINUTE && watched.value !== undefined; minute += MINUTE) {
        this.metrics.add(metric, minute, "None", single(watched.value));
      }
      if (now <= this.last) continue;
      const value = measure(this.kernel, metric, now - MINUTE, now);
      if (value !== undefined) this.metrics.add(metric, now - MINUTE, "None", single(value));
      if (value !== watched.value) this.news = true;
      watched.value = value;
    }
    this.last = now;
  }

  private evaluate({ name, queries, period, condition }: Alarm, now: number): void {
    const periods = evaluationRange(condition);
    const from = now - periods * period;
    const decisive = queries.find(({ shown }) => shown)!;
    const series = seriesOf(decisive, queries, { from, until: now, period }, this.metrics);
    const range = Array.from({ length: periods }, (_, index): Datapoint => {
      const time = from + index * period;
      return { time, value: series.get(time) ?? null };
    });
    const { state, reason, datapoints } = evaluate(condition, range);
    if (state === undefined || state === this.alarms.find(name)?.state) return;
    const reasonData = JSON.stringify({
      version: "1.0",
      queryDate: isoTime(this.kernel.clock.now()),
      ...(datapoints[0] && { startDate: isoTime(datapoints[0].time) }),
      ...(decisive.metric && { statistic: decisive.statistic }),
      period: period / 1000,
      recentDatapoints: datapoints.map(({ value }) => value),
      threshold: condition.threshold,
    });
    const { before, after } = this.alarms.setState(name, { state, reason, reasonData });
    this.news = true;
    announce(this.kernel, before, after);
  }
}

const minuteOf = (time: number) => Math.floor(time / MINUTE) * MINUTE;
