import type { TableItem } from "../../../lib/contract/table.ts";
import type { Measure } from "../ports/measure.ts";
import type { Span } from "../ports/span.ts";
import type { Log, Metrics, Traces } from "../ports/telemetry.ts";
import type { Change } from "./change.ts";
import type { ChangeWithEvents } from "./change-events.ts";
import { kindOf } from "./kinds.ts";
import { logRecordsOf } from "./log-records.ts";

export interface RecordPorts {
  /** Undefined if tracing is off. */
  traces: Traces | undefined;
  log: Log;
  metrics: Metrics;
}

/**
 * Counts changes in metrics, adds them to traces, and sends their events as log records to the collector that
 * asks for them. What cannot be sent delays no event.
 */
export async function record(
  changes: readonly Change[],
  logged: readonly ChangeWithEvents[],
  ports: RecordPorts,
): Promise<void> {
  await Promise.all([recordSpans(changes, ports), recordEvents(logged, ports)]);
}

/**
 * The metrics of a change. If the prior item is unknown, the change was published late and may have been
 * counted before: then it counts for nothing.
 */
export function measuresOf(before: TableItem | undefined, after: TableItem | undefined): Measure[] {
  if (!after || before?.revision === after.revision) return [];
  if (!before && after.revision > 1) return [];
  return kindOf(after).measures?.(before, after) ?? [];
}

/** The spans of a change: a run that began or ended, an attempt of a step or a reaction that ended. */
export function spansOf(before: TableItem | undefined, after: TableItem | undefined): Span[] {
  if (!after || before?.revision === after.revision) return [];
  return kindOf(after).spans?.(before, after) ?? [];
}

async function recordEvents(
  logged: readonly ChangeWithEvents[],
  { traces, log, metrics }: RecordPorts,
): Promise<void> {
  if (!traces?.log) return;
  const records = logRecordsOf(logged);
  if (records.length === 0) return;
  const lost = await traces.log(records).catch((error: unknown) => {
    log.warn("Log records could not be sent; they are missing at the collector.", {
      error: error as Error,
      records: records.length,
    });
    return records.length;
  });
  if (lost > 0) metrics.count("LogRecordsLost", lost);
}

async function recordSpans(changes: readonly Change[], ports: RecordPorts): Promise<void> {
  const measures = changes.flatMap(({ before, after }) => measuresOf(before, after));
  for (const { name, unit, value, dimensions } of measures) {
    if (unit === "count") ports.metrics.count(name, value, dimensions);
    else ports.metrics.milliseconds(name, value, dimensions);
  }
  if (!ports.traces) return;
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
