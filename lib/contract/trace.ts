import { hash } from "node:crypto";

/** A position in a trace: W3C trace context, level 1. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  trace: string;
  /** 16 hexadecimal digits: the span that was active when this was passed on. */
  span: string;
  /** Whether it is recorded. */
  sampled: boolean;
}

/** All zeros mean no trace and no span, and the version is never ff. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ROOT = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/i;

/**
 * Parses a `traceparent`. Undefined for what the standard says to ignore; of future versions, the known part
 * is read.
 */
export function readTraceparent(text: string | undefined): TraceContext | undefined {
  const [, version, trace, span, flags, rest] = TRACEPARENT.exec(text ?? "") ?? [];
  if (trace === undefined || span === undefined || flags === undefined) return undefined;
  if (version === "00" && rest !== undefined) return undefined;
  return { trace, span, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" */
export function writeTraceparent({ trace, span, sampled }: TraceContext): string {
  return `00-${trace}-${span}-${sampled ? "01" : "00"}`;
}

/** The id of a trace as X-Ray writes it: "1-5759e988-bd862e3fe1be46a994272793". */
export function xrayTraceId(trace: string): string {
  return `1-${trace.slice(0, 8)}-${trace.slice(8)}`;
}

/** X-Ray's header for a `traceparent`: "Root=1-…;Parent=…;Sampled=1". Undefined for an invalid one. */
export function traceHeaderOf(traceparent: string | undefined): string | undefined {
  const context = readTraceparent(traceparent);
  if (!context) return undefined;
  return `Root=${xrayTraceId(context.trace)};Parent=${context.span};Sampled=${context.sampled ? 1 : 0}`;
}

/** The `traceparent` that X-Ray's header contains; undefined if it names no span. */
export function traceparentOfHeader(header: string | undefined): string | undefined {
  const fields = new Map(
    (header ?? "").split(";").map((field) => field.trim().split("=", 2) as [string, string]),
  );
  const [, time, unique] = ROOT.exec(fields.get("Root") ?? "") ?? [];
  const span = fields.get("Parent")?.toLowerCase();
  if (time === undefined || unique === undefined || span === undefined) return undefined;
  const traceparent = writeTraceparent({
    trace: `${time}${unique}`.toLowerCase(),
    span,
    sampled: fields.get("Sampled") === "1",
  });
  return readTraceparent(traceparent) && traceparent;
}

/**
 * The root of the trace of an event without one: the same for the same event, however often it is delivered.
 */
export function traceparentOfEvent(id: string): string {
  return writeTraceparent({ trace: hex(`trace\n${id}`, 32), span: hex(`event\n${id}`, 16), sampled: true });
}

/**
 * The same trace at the span that the parts name: the same for the same work, another for any other.
 * Undefined without a trace, as in work that began before traces existed.
 */
export function spanWithin(
  traceparent: string | undefined,
  ...parts: (string | number)[]
): string | undefined {
  const context = readTraceparent(traceparent);
  return context && writeTraceparent({ ...context, span: hex([context.trace, ...parts].join("\n"), 16) });
}

/** The span of an epoch of a run, the parent of its steps and events. */
export function spanOfRun(traceparent: string | undefined, run: string, epoch: number): string | undefined {
  return spanWithin(traceparent, "run", run, epoch);
}

/** The span of one attempt of an effect, by the key of its claim and its number. */
export function spanOfTry(
  traceparent: string | undefined,
  idempotencyKey: string,
  fence: number,
): string | undefined {
  return spanWithin(traceparent, "try", idempotencyKey, fence);
}

function hex(text: string, digits: number): string {
  const found = hash("sha256", text).slice(0, digits);
  return isZero(found) ? found.replace(/0$/, "1") : found;
}

function isZero(digits: string): boolean {
  return /^0+$/.test(digits);
}
