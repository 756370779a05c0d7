import { Logger } from "@aws-lambda-powertools/logger";
import { MetricUnit, Metrics as PowertoolsMetrics } from "@aws-lambda-powertools/metrics";
import type { Log, Metrics } from "../ports/telemetry.ts";

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];

/** JSON log lines and EMF metrics of one function: Powertools behind our ports. */
export function observe(service: string) {
  const logger = new Logger({ serviceName: service });
  const metrics = new MetricRecords(service);
  return { logger, metrics, log: logOf(logger), counters: metricsOf(metrics) };
}

/** The counts of an invocation: one record for each set of dimensions. */
class MetricRecords {
  private readonly service: string;
  /** Kept from one invocation to the next. */
  private readonly records = new Map<string, PowertoolsMetrics>();

  constructor(service: string) {
    this.service = service;
  }

  /** The record for these dimensions; by default that of the service. */
  for(dimensions: Record<string, string> | undefined): PowertoolsMetrics {
    const key = JSON.stringify(dimensions ?? {});
    const known = this.records.get(key);
    if (known) return known;
    // The function's construct sets the namespace: POWERTOOLS_METRICS_NAMESPACE.
    const record = new PowertoolsMetrics({ serviceName: this.service });
    if (dimensions) {
      // For CloudWatch, a metric with one more dimension is a different one, without the service's default
      // dimension.
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
 * Middleware that writes the counts of an invocation. Without counts it writes nothing: Powertools would
 * write a warning each time, and a line for every other invocation is a good part of the cost of a run's
 * logs.
 */
export function writeMetrics(metrics: MetricRecords) {
  const write = () => metrics.write();
  return { after: write, onError: write };
}

/** The log port; every line carries `fields`. */
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
