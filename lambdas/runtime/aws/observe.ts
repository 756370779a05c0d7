import { Logger } from "@aws-lambda-powertools/logger";
import { MetricUnit, Metrics as PowertoolsMetrics } from "@aws-lambda-powertools/metrics";
import type { Log, Metrics } from "../ports.ts";

const NAMESPACE = "Millrace";

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];

/** JSON log lines and EMF metrics of one function: its Powertools instances behind our ports. */
export function observe(service: string) {
  const logger = new Logger({ serviceName: service });
  const metrics = new PowertoolsMetrics({ namespace: NAMESPACE, serviceName: service });
  return { logger, metrics, log: logOf(logger), counters: metricsOf(metrics) };
}

/**
 * Middleware that writes what an invocation has counted. Where it counted nothing, it writes nothing: Powertools' own warns of
 * that each time, and a line of every other invocation is a good part of what a run's logs cost.
 */
export function writeMetrics(metrics: PowertoolsMetrics) {
  const write = () => {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
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

function metricsOf(metrics: PowertoolsMetrics): Metrics {
  const add = (name: string, unit: Unit, value: number, dimensions?: Record<string, string>) => {
    if (!dimensions) return void metrics.addMetric(name, unit, value);
    const single = metrics.singleMetric();
    // CloudWatch takes a metric with one more dimension for another one: whoever counts it is none of this one's.
    single.clearDefaultDimensions();
    for (const [dimension, of] of Object.entries(dimensions)) single.addDimension(dimension, of);
    single.addMetric(name, unit, value);
  };
  return {
    count: (name, value = 1, dimensions) => add(name, MetricUnit.Count, value, dimensions),
    milliseconds: (name, value, dimensions) => add(name, MetricUnit.Milliseconds, value, dimensions),
  };
}
