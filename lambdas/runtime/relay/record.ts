import type { Log, Metrics, Traces } from "../ports/telemetry.ts";
import type { Change } from "./change.ts";
import { measuresOf } from "./measures.ts";
import { spansOf } from "./spans.ts";

export interface RecordPorts {
  traces: Traces;
  log: Log;
  metrics: Metrics;
}

/** Counts changes in metrics, and adds them to traces. A span that cannot be recorded delays no event. */
export async function record(changes: readonly Change[], ports: RecordPorts): Promise<void> {
  const measures = changes.flatMap(({ before, after }) => measuresOf(before, after));
  for (const { name, unit, value, dimensions } of measures) {
    if (unit === "count") ports.metrics.count(name, value, dimensions);
    else ports.metrics.milliseconds(name, value, dimensions);
  }
  const spans = changes.flatMap(({ before, after }) => spansOf(before, after));
  if (spans.length === 0 && measures.length === 0) return;
  const lost = await ports.traces.record(spans, measures).catch((error: unknown) => {
    ports.log.warn("Spans could not be recorded; they are missing in the trace.", {
      error: error as Error,
      spans: spans.length,
    });
    return spans.length;
  });
  if (lost > 0) ports.metrics.count("SpansLost", lost);
}
