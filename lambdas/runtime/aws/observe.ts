import { Logger } from "@aws-lambda-powertools/logger";
import { MetricUnit, Metrics as PowertoolsMetrics } from "@aws-lambda-powertools/metrics";
import type { Log, Metrics } from "../ports.ts";

const NAMESPACE = "Millrace";

/** JSON log lines and EMF metrics of one function: its Powertools instances behind our ports. */
export function observe(service: string) {
  const logger = new Logger({ serviceName: service });
  const metrics = new PowertoolsMetrics({ namespace: NAMESPACE, serviceName: service });
  return { logger, metrics, log: logOf(logger), counters: metricsOf(metrics) };
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
  return {
    count(name, value = 1, dimensions) {
      if (!dimensions) return void metrics.addMetric(name, MetricUnit.Count, value);
      const single = metrics.singleMetric();
      for (const [dimension, of] of Object.entries(dimensions)) single.addDimension(dimension, of);
      single.addMetric(name, MetricUnit.Count, value);
    },
    milliseconds: (name, value) => metrics.addMetric(name, MetricUnit.Milliseconds, value),
  };
}
