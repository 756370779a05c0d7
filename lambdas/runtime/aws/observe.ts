import { Logger } from "@aws-lambda-powertools/logger";
import type { Log, Metrics } from "../ports/telemetry.ts";
import { MetricRecords } from "./metric-records.ts";

/** JSON log lines, by Powertools, and metrics of one function. */
export function observe(service: string) {
  const logger = new Logger({ serviceName: service });
  const metrics = new MetricRecords(service);
  return { logger, metrics, log: logOf(logger), counters: metricsOf(metrics) };
}

/** Middleware that writes the counts of an invocation. */
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
  return {
    count: (name, value = 1, dimensions) => metrics.add(name, "Count", value, dimensions),
    milliseconds: (name, value, dimensions) => metrics.add(name, "Milliseconds", value, dimensions),
  };
}
