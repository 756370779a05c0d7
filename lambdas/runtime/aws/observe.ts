import { Logger } from "@aws-lambda-powertools/logger";
import { MetricUnit, Metrics as PowertoolsMetrics } from "@aws-lambda-powertools/metrics";
import type { Log, Metrics } from "../ports.ts";

const NAMESPACE = "Millrace";

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];

/** JSON log lines and EMF metrics of one function: its Powertools instances behind our ports. */
export function observe(service: string) {
  const logger = new Logger({ serviceName: service });
  const metrics = new MetricRecords(service);
  return { logger, metrics, log: logOf(logger), counters: metricsOf(metrics) };
}

/** What an invocation counts: one record for each set of dimensions, however much is counted for it. */
class MetricRecords {
  private readonly service: string;
  /** Kept from one invocation to the next. */
  private readonly records = new Map<string, PowertoolsMetrics>();

  constructor(service: string) {
    this.service = service;
  }

  /** The record for these dimensions; for the service's own where none are given. */
  for(dimensions: Record<string, string> | undefined): PowertoolsMetrics {
    const key = JSON.stringify(dimensions ?? {});
    const known = this.records.get(key);
    if (known) return known;
    const record = new PowertoolsMetrics({ namespace: NAMESPACE, serviceName: this.service });
    if (dimensions) {
      // CloudWatch takes a metric with one more dimension for another one: whoever counts it is none of this one's.
      record.clearDefaultDimensions();
      record.setDefaultDimensions(dimensions);
    }
    this.records.set(key, record);
    return record;
  }

  write(): void {
    for (const record of this.records.values()) if (record.hasStoredMetrics()) record.publishStoredMetrics();
  }
}

/**
 * Middleware that writes what an invocation has counted. Where it counted nothing, it writes nothing: Powertools' own warns of
 * that each time, and a line of every other invocation is a good part of what a run's logs cost.
 */
export function writeMetrics(metrics: MetricRecords) {
  const write = () => metrics.write();
  return { after: write, onError: write };
}

/** The log port, every line carrying `fields`. */
export function logOf(logger: Logger, fields: Record<string, unknown> = {}): Log {
  return {
    info: (message, more) => logger.info(message, { ...fields, ...more }),
    warn: (message, more) => logger.warn(message, { ...fields, ...more }),
    error: (message, more) => logger.error(message, { ...fields, ...more }),
  };
}

function metricsOf(metrics: MetricRecords): Metrics {
  const add = (name: string, unit: Unit, value: number, dimensions?: Record<string, string>) =>
    void metrics.for(dimensions).addMetric(name, unit, value);
  return {
    count: (name, value = 1, dimensions) => add(name, MetricUnit.Count, value, dimensions),
    milliseconds: (name, value, dimensions) => add(name, MetricUnit.Milliseconds, value, dimensions),
  };
}
