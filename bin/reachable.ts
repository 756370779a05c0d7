import { UsageError } from "./explain.ts";

/** How long the local cloud may take to say that it is there, milliseconds. It answers within a few; a busy machine takes longer. */
const PATIENCE = 5_000;

/** Throws a UsageError where something owns the endpoint's port that does not answer. What is not there, the first call says. */
export async function refuseSilent(endpoint: string | undefined, patience = PATIENCE): Promise<void> {
  if (endpoint === undefined) return;
  try {
    await fetch(new URL("/_millrace/status", endpoint), { signal: AbortSignal.timeout(patience) });
  } catch (error) {
    if ((error as Error).name !== "TimeoutError") return;
    throw new UsageError(
      `${endpoint} does not answer within ${patience / 1_000} seconds: another program may own the port, or the local cloud hangs. See what listens there, or name the local cloud's address with --endpoint or MILLRACE_PORT.`,
    );
  }
}
