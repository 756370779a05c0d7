import { payloadDigest } from "../../../../lib/contract/canonical.ts";
import { expiryAfter } from "../../../../lib/contract/expiry.ts";
import { collectedKey } from "../../../../lib/contract/keys/flow-control.ts";
import type { CollectedEventItem } from "../../../../lib/contract/table.ts";
import { keyOf } from "../describe-run.ts";
import type { IntakeSpec } from "../intake-spec.ts";
import type { ReadEvent } from "../read-event.ts";

/** An event as it is collected: the same item for the same event, but for the time it was accepted. No item where it has no key. */
export function collectedEvent(
  { id, envelope, consumed, payload }: ReadEvent,
  spec: IntakeSpec,
  now: number,
): CollectedEventItem | undefined {
  const { data: _, ...event } = envelope;
  const key = keyOf(consumed.data, consumed.contract, spec, event.subject);
  if (key === undefined) return undefined;
  const time = new Date(now).toISOString();
  return {
    ...collectedKey(id),
    kind: "collected-event",
    collected: id,
    workflow: spec.workflow,
    key,
    event,
    payload: payloadDigest(consumed.sent),
    input: JSON.stringify(payload),
    bytes: Buffer.byteLength(JSON.stringify(consumed.data)),
    acceptedAt: time,
    changedAt: time,
    revision: 1,
    expiresAt: expiryAfter(now, spec.retentionDays),
  };
}
