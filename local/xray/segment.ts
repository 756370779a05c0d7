/** Why X-Ray would not take a segment, by the names that it has for it; undefined for one that it takes. */
export function refusalOfSegment(text: unknown): { id: string | undefined; code: string } | undefined {
  const segment = parse(text);
  if (!segment) return { id: undefined, code: "ParseError" };
  const { id, name, trace_id, start_time, end_time, in_progress } = segment;
  const refused = (code: string) => ({ id: typeof id === "string" ? id : undefined, code });
  if (typeof id !== "string" || !/^[0-9a-f]{16}$/i.test(id)) return refused("InvalidSegmentId");
  if (typeof trace_id !== "string" || !/^1-[0-9a-f]{8}-[0-9a-f]{24}$/i.test(trace_id))
    return refused("InvalidTraceId");
  if (typeof name !== "string" || name.length === 0 || name.length > LONGEST_NAME)
    return refused("InvalidName");
  if (typeof start_time !== "number") return refused("InvalidStartTime");
  if (in_progress !== true && typeof end_time !== "number") return refused("InvalidEndTime");
  return undefined;
}

const LONGEST_NAME = 200;

function parse(text: unknown): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
