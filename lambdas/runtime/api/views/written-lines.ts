import type { WrittenLineView } from "../../../../lib/contract/api/index.ts";
import type { WrittenLine } from "../../ports/function-logs.ts";
import { modelCallOf } from "./model-call.ts";

type Fields = Record<string, unknown>;

/** Fields of the runtime's log lines that are shown elsewhere, or that all lines of a run share. */
const KNOWN = new Set([
  "timestamp",
  "time",
  "level",
  "message",
  "service",
  "sampling_rate",
  "xray_trace_id",
  "request",
  "trace",
  "run",
  "workflow",
  "epoch",
  "event",
  "step",
  "path",
  "direction",
  "attempt",
  "requestId",
  "stack",
  "error",
  "kind",
]);

/** Ids of the invocations that wrote lines about a run. */
export function requestsIn(lines: readonly WrittenLine[]): string[] {
  return [...new Set(lines.map(({ text }) => textOf(read(text).request)).filter((id) => id !== undefined))];
}

/**
 * The lines about a run, in the order of time: those that name it, and those of its invocations that name no
 * run, such as console.log output. If an invocation handled messages of several paths, such a line has none.
 */
export function linesOf(run: string, lines: readonly WrittenLine[]): WrittenLineView[] {
  const all = lines.map((line) => ({ line, fields: read(line.text) }));
  const places = Map.groupBy(
    all.filter(({ fields }) => textOf(fields.request) !== undefined && textOf(fields.run) !== undefined),
    ({ fields }) => textOf(fields.request)!,
  );
  const seen = new Set<string>();
  return all
    .filter(({ line }) => !seen.has(line.id) && seen.add(line.id))
    .flatMap(({ line, fields }) => {
      if (textOf(fields.run) !== undefined)
        return fields.run === run && fields.kind === undefined ? [viewOf(line, fields, fields)] : [];
      const around = places.get(requestOf(fields) ?? "") ?? [];
      const own = around.filter(({ fields: { run: of } }) => of === run).map((one) => one.fields);
      if (own.length === 0 || isNoise(fields)) return [];
      const isShared = new Set(around.map(({ fields: { run: of, path } }) => `${of} ${path}`)).size > 1;
      return [
        {
          ...viewOf(line, fields, isShared ? { step: own[0]!.step } : own[0]!),
          ...(isShared && { shared: true }),
        },
      ];
    })
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** What Lambda reports about each successful invocation; and metrics. */
function isNoise({ type, record, _aws }: Fields): boolean {
  if (_aws !== undefined) return true;
  const status = ((record ?? {}) as Fields).status;
  return (
    typeof type === "string" && type.startsWith("platform.") && (status === undefined || status === "success")
  );
}

function viewOf(line: WrittenLine, fields: Fields, place: Fields): WrittenLineView {
  const { message, error, stack, errorMessage, record } = fields;
  const status = ((record ?? {}) as Fields).status;
  const failed = status === undefined ? undefined : `The invocation ended with: ${status}`;
  const says = failed ?? message ?? errorMessage ?? line.text;
  const below = textOf(stack) ?? stackOf(error);
  const rest = Object.entries(fields).filter(([name, value]) => !KNOWN.has(name) && value !== null);
  const at = textOf(fields.timestamp);
  const modelCall = modelCallOf(fields);
  return {
    id: line.id,
    at: at && !Number.isNaN(Date.parse(at)) ? at : new Date(line.at).toISOString(),
    level: failed ? "ERROR" : (textOf(fields.level) ?? "INFO").toUpperCase(),
    message: typeof says === "string" ? says : JSON.stringify(says),
    step: textOf(place.step),
    path: textOf(place.path),
    ...(typeof place.attempt === "number" && { attempt: place.attempt }),
    stack: below,
    modelCall,
    ...(rest.length > 0 && !modelCall && failed === undefined && { fields: Object.fromEntries(rest) }),
  };
}

function requestOf({ request, requestId, record }: Fields): string | undefined {
  return textOf(request) ?? textOf(requestId) ?? textOf(((record ?? {}) as Fields).requestId);
}

function stackOf(error: unknown): string | undefined {
  const { stack, name, message } = (error ?? {}) as Fields;
  return textOf(stack) ?? (message === undefined ? undefined : `${name}: ${message}`);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function read(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Fields) : {};
  } catch {
    return {};
  }
}
