import { payloadDigest } from "../../../lib/contract/canonical.ts";
import type { Envelope } from "../../../lib/contract/envelope.ts";
import { expiryAfter } from "../../../lib/contract/expiry.ts";
import { quarantineKey } from "../../../lib/contract/keys/delivery.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import { WHOLE_APP } from "../../../lib/contract/metrics.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import type { QuarantineItem } from "../../../lib/contract/table.ts";
import { arrivedEvent } from "../ledger/receipt.ts";
import type { Now } from "../ports/clock.ts";
import type { Quarantine } from "../ports/quarantine.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import { describeFindings, type Finding } from "./validation.ts";

export interface QuarantinePorts {
  quarantine: Quarantine;
  now: Now;
  log: Log;
  metrics: Metrics;
}

/** An event that is not admitted, and why. */
export interface Refusal {
  reason: QuarantineItem["reason"];
  findings: Finding[];
  /** Undefined if the message was not an event. */
  envelope: Envelope | undefined;
  /** The message as it was received. */
  body: string;
}

/** Enough to see what is wrong; an item of the table has to hold them. */
const MOST_FINDINGS = 20;

/** Quarantines an event, once for all its deliveries. */
export async function quarantine(
  { reason, findings, envelope, body }: Refusal,
  { subscriber, retentionDays }: { subscriber: string; retentionDays: number },
  ports: QuarantinePorts,
): Promise<void> {
  const time = new Date(ports.now()).toISOString();
  // A payload that is not a valid value has no digest.
  const payload = payloadDigest(envelope && !envelope.malformed ? envelope.data : body);
  const id = runId(subscriber, envelope?.name ?? "", `${envelope?.id ?? ""}\n${payload}`);
  await ports.quarantine.keep({
    ...quarantineKey(id),
    kind: "quarantine",
    id,
    subscriber,
    reason,
    findings: findings.slice(0, MOST_FINDINGS),
    body,
    name: envelope?.name ?? "unknown",
    source: envelope?.source ?? "unknown",
    event: envelope && arrivedEvent(envelope),
    quarantinedAt: time,
    changedAt: time,
    revision: 1,
    unpublished: shardOf("unpublished", id),
    list: shardOf("quarantine", id),
    listedAt: time,
    expiresAt: expiryAfter(ports.now(), retentionDays),
  });
  ports.log.warn(`The event was quarantined: ${describeFindings(findings)}`, {
    reason,
    event: envelope?.id,
    quarantine: id,
  });
  ports.metrics.count("EventsQuarantined", 1, WHOLE_APP);
}
