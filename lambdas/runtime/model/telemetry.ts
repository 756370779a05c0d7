import { setTimeout as pause } from "node:timers/promises";
import type { ModelSetting } from "../../../lib/contract/model.ts";
import { openCollector } from "../aws/relay/telemetry.ts";
import type { Log, Traces } from "../ports/telemetry.ts";
import { callSpans, type ModelCall } from "./call-spans.ts";

/** An answer waits no longer than this, in milliseconds, until its spans are sent. */
const PATIENCE = 500;

/** Records the calls of one attempt. */
export interface CallTelemetry {
  ended(call: ModelCall): void;
  /** Resolves when all are sent, or when that takes too long: then they may be missing. */
  sent(): Promise<void>;
}

const NONE: CallTelemetry = { ended: () => {}, sent: async () => {} };

let collector: Traces | undefined;

/** Sends the calls of a model to the deployment's collector, while the step continues with the answer. */
export function callTelemetry(
  { traceparent, log }: { traceparent?: string | undefined; log: Log },
  setting: ModelSetting,
  open: () => Traces | undefined = openCollector,
): CallTelemetry {
  collector ??= open();
  const traces = collector;
  if (!traces) return NONE;
  const spanOf = callSpans(traceparent, setting);
  const sending: Promise<void>[] = [];
  return {
    ended(call) {
      const span = spanOf(call);
      if (!span) return;
      const sent = traces.record([span], []).then(
        (lost) => {
          if (lost > 0) log.warn("A call of a model is missing in the trace.", { prompt: call.prompt });
        },
        (error: unknown) => log.warn("A call of a model is missing in the trace.", { error: error as Error }),
      );
      sending.push(sent);
    },
    async sent() {
      if (sending.length > 0) await Promise.race([Promise.all(sending), pause(PATIENCE)]);
    },
  };
}
