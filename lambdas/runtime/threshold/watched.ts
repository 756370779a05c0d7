import { digest } from "../../../lib/contract/canonical.ts";
import { type Envelope, readEnvelope } from "../../../lib/contract/envelope.ts";
import type { AbsenceSpec, ThresholdSpec } from "../../../lib/contract/trigger/threshold.ts";
import { consume } from "../events/consume.ts";
import { identityOf } from "../events/identity.ts";
import type { Refusal } from "../events/quarantine.ts";

/** An event that a threshold or an absence watches. */
export interface Watched {
  key: string;
  /** Digest of its identity. */
  id: string;
  /** Epoch milliseconds. */
  at: number;
  amount: number;
  /** Of the event that follows from it. */
  hops: number;
  traceparent: string | undefined;
}

const ID_LENGTH = 16;
const NO_KEY = "all";

/** Reads an event as EventBridge delivers it. The clock of its producer may be ahead, but no event is in the future. */
export async function readWatched(
  body: string,
  spec: ThresholdSpec | AbsenceSpec,
  now: number,
): Promise<{ event: Watched } | { refused: Refusal }> {
  const envelope = readEnvelope(JSON.parse(body));
  const consumed = await consume(envelope, [spec.on], spec.name);
  if (!consumed.accepted)
    return { refused: { reason: consumed.reason, findings: consumed.findings, envelope, body } };
  const { data, contract } = consumed;
  const amount = spec.kind === "threshold" && spec.sum ? spec.sum(data) : 1;
  if (!Number.isFinite(amount)) return { refused: badAmount(amount, spec.name, envelope, body) };
  return {
    event: {
      key: (spec.by ?? contract.key)?.(data) ?? envelope.subject ?? NO_KEY,
      id: digest(identityOf(envelope.id, data, contract), ID_LENGTH),
      at: Math.min(Date.parse(envelope.time), now),
      amount,
      hops: envelope.hops + 1,
      traceparent: envelope.traceparent,
    },
  };
}

function badAmount(amount: number, trigger: string, envelope: Envelope, body: string): Refusal {
  const message = `The "sum" of ${trigger} is ${amount} for this event. It must be a finite number.`;
  return { reason: "contract", findings: [{ path: "", message }], envelope, body };
}
