import { UsageError } from "./explain.ts";

/**
 * How long the local cloud may take to respond, milliseconds. It takes only a few; a busy machine needs
 * longer.
 */
const PATIENCE = 5_000;

/**
 * Throws a UsageError if the endpoint is no address, or if the program at its port does not respond. If no program listens, the
 * first call reports it.
 */
export async function refuseSilent(endpoint: string | undefined, patience = PATIENCE): Promise<void> {
  if (endpoint === undefined) return;
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ""))
    throw new UsageError(
      `"${endpoint}" is not the address of a local cloud. Give one like http://127.0.0.1:4566 with --endpoint, or its port in MILLRACE_PORT.`,
    );
  try {
    await fetch(new URL("/_millrace/status", endpoint), { signal: AbortSignal.timeout(patience) });
  } catch (error) {
    if ((error as Error).name !== "TimeoutError") return;
    throw new UsageError(
      `${endpoint} does not answer within ${patience / 1_000} seconds: another program may own the port, or the local cloud hangs. See what listens there, or name the local cloud's address with --endpoint or MILLRACE_PORT.`,
    );
  }
}
