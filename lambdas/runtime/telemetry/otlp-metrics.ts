import type { Measure } from "../ports/measure.ts";
import { attributesOf, nanoseconds, type Resource, SCOPE } from "./otlp.ts";
import { named } from "./otlp-traces.ts";

/** Names and units as OpenTelemetry has them. */
const METRICS = {
  RunsStarted: { name: "millrace.runs.started", unit: "{run}" },
  RunsEnded: { name: "millrace.runs.ended", unit: "{run}" },
  RunsFailed: { name: "millrace.runs.failed", unit: "{run}" },
  BudgetExceeded: { name: "millrace.budget.exceeded", unit: "{call}" },
  StepDuration: { name: "millrace.step.duration", unit: "s" },
} as const satisfies Record<Measure["name"], { name: string; unit: string }>;

/** Upper bounds of durations, in seconds. */
const BOUNDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
/** Each value counts what happened since the last request: the function keeps nothing that it could add it to. */
const DELTA = 1;

/** An ExportMetricsServiceRequest of what was counted from one time to another (epoch milliseconds). */
export function metricRequest(
  measures: readonly Measure[],
  { from, to }: { from: number; to: number },
  resource: Resource,
): object | undefined {
  if (measures.length === 0) return undefined;
  const times = { startTimeUnixNano: nanoseconds(from), timeUnixNano: nanoseconds(to) };
  const metrics = [...Map.groupBy(measures, ({ name }) => name)].map(([name, all]) => {
    const kind = all[0]!.unit;
    const points = [...Map.groupBy(all, ({ dimensions }) => JSON.stringify(dimensions)).values()].map(
      (same) => {
        const attributes = attributesOf(named(same[0]!.dimensions));
        const values = same.map(({ value }) => value);
        return {
          attributes,
          ...times,
          ...(kind === "count" ? { asInt: String(sum(values)) } : histogram(values)),
        };
      },
    );
    return {
      ...METRICS[name],
      ...(kind === "count"
        ? { sum: { aggregationTemporality: DELTA, isMonotonic: true, dataPoints: points } }
        : { histogram: { aggregationTemporality: DELTA, dataPoints: points } }),
    };
  });
  return {
    resourceMetrics: [
      { resource: { attributes: attributesOf(resource) }, scopeMetrics: [{ scope: SCOPE, metrics }] },
    ],
  };
}

function histogram(milliseconds: readonly number[]) {
  const seconds = milliseconds.map((value) => value / 1_000);
  const counts = [...BOUNDS, Number.POSITIVE_INFINITY].map(
    (bound, at) => seconds.filter((value) => value <= bound && value > (BOUNDS[at - 1] ?? -1)).length,
  );
  return {
    count: String(seconds.length),
    sum: sum(seconds),
    min: Math.min(...seconds),
    max: Math.max(...seconds),
    bucketCounts: counts.map(String),
    explicitBounds: BOUNDS,
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
