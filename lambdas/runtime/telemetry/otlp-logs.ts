import { readTraceparent } from "../../../lib/contract/trace.ts";
import type { LogRecord, Severity } from "../ports/log-record.ts";
import { CONVENTIONS } from "./conventions.ts";
import { attributesOf, nanoseconds, type Resource, SCOPE } from "./otlp.ts";
import { named } from "./otlp-traces.ts";

/** Numbers of the protocol: https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const SEVERITY: Record<Severity, { severityNumber: number; severityText: string }> = {
  info: { severityNumber: 9, severityText: "INFO" },
  warn: { severityNumber: 13, severityText: "WARN" },
  error: { severityNumber: 17, severityText: "ERROR" },
};
/** The trace is recorded. */
const FLAGS = 1;

const LONGEST_TEXT = 4_000;

/** An ExportLogsServiceRequest. `now`: when the records were seen, in epoch milliseconds. */
export function logRequest(
  records: readonly LogRecord[],
  now: number,
  resource: Resource,
): object | undefined {
  if (records.length === 0) return undefined;
  return {
    resourceLogs: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeLogs: [{ scope: SCOPE, logRecords: records.map((record) => otlpRecord(record, now)) }],
      },
    ],
  };
}

function otlpRecord({ name, id, at, severity, traceparent, about, failure }: LogRecord, now: number) {
  const context = readTraceparent(traceparent);
  return {
    timeUnixNano: nanoseconds(Date.parse(at)),
    observedTimeUnixNano: nanoseconds(now),
    ...SEVERITY[severity],
    eventName: `millrace.${name}`,
    body: { stringValue: sentenceOf(name, about, failure) },
    attributes: attributesOf({
      ...named(about),
      [CONVENTIONS.logRecordUid]: id,
      [CONVENTIONS.exceptionType]: failure?.name,
      [CONVENTIONS.exceptionMessage]: failure?.message.slice(0, LONGEST_TEXT),
    }),
    ...(context && { traceId: context.trace, spanId: context.span, flags: FLAGS }),
  };
}

/** What people read in a list of records: "step.failed draw-frame in video-abc: TypeError: no paper". */
function sentenceOf(
  name: string,
  { step, run, subscriber, breaker }: LogRecord["about"],
  failure: LogRecord["failure"],
): string {
  const of = step ?? subscriber ?? breaker;
  const parts = [name, of, of !== undefined && run !== undefined ? "in" : undefined, run];
  const sentence = parts.filter((part) => part !== undefined).join(" ");
  return failure ? `${sentence}: ${failure.name}: ${failure.message}`.slice(0, LONGEST_TEXT) : sentence;
}
