/** The payload of an event as EventBridge delivers it: its detail without Millrace's envelope. */
export function payloadOf(body: string): Record<string, unknown> | undefined {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown };
    if (typeof detail !== "object" || detail === null || Array.isArray(detail)) return undefined;
    const { millrace: _, ...payload } = detail as Record<string, unknown>;
    return payload;
  } catch {
    return undefined;
  }
}
