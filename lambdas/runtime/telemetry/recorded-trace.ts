import { readTraceparent, traceparentOfHeader } from "../../../lib/contract/trace.ts";

/**
 * The trace that records this invocation. Undefined if it is not recorded: every function has a trace id, and
 * one that X-Ray does not record would also prevent the recording of what follows.
 */
export function recordedTrace(header = process.env._X_AMZN_TRACE_ID): string | undefined {
  const traceparent = traceparentOfHeader(header);
  return readTraceparent(traceparent)?.sampled ? traceparent : undefined;
}
