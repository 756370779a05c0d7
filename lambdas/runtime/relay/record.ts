import type { Log, Metrics, Traces } from "../ports.ts";
import type { Change } from "./change.ts";
import { measuresOf } from "./measures.ts";
import { segmentsOf } from "./segments.ts";

export interface RecordPorts {
  traces: Traces;
  log: Log;
  metrics: Metrics;
}

/** Counts changes in metrics, and adds them to traces. A segment that cannot be recorded delays no event. */
export async function record(changes: readonly Change[], ports: RecordPorts): Promise<void> {
  for (const { name, unit, value, dimensions } of changes.flatMap(({ before, after }) =>
    measuresOf(before, after),
  )) {
    if (unit === "count") ports.metrics.count(name, value, dimensions);
    else ports.metrics.milliseconds(name, value, dimensions);
  }
  const segments = changes.flatMap(({ before, after }) => segmentsOf(before, after));
  try {
    if (segments.length > 0) await ports.traces.record(segments);
  } catch (error) {
    ports.log.warn("Trace segments could not be recorded; they are missing in the trace.", {
      error,
      segments: segments.length,
    });
    ports.metrics.count("SegmentsLost", segments.length);
  }
}
