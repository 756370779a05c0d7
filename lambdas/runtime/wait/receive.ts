import { type BusEvent, readEnvelope } from "../../../lib/contract/envelope.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import { MILLRACE_SOURCE, WAITS_SUBSCRIBER } from "../../../lib/contract/reserved.ts";
import type { QuarantineItem } from "../../../lib/contract/table.ts";
import { consume } from "../events/consume.ts";
import { type QuarantinePorts, quarantine } from "../events/quarantine.ts";
import type { Finding } from "../events/validation.ts";
import { awaitedReceipt } from "../ledger/arrival.ts";
import type { DeliveryReceipts } from "../ledger/ports.ts";
import { sentEvent } from "./awaited-events.ts";
import type { WaitPorts } from "./ports.ts";
import { noteEnd, noteEvent } from "./wait.ts";

export interface Awaited {
  /** Contracts of the events that workflows wait for. */
  events: readonly EventContract[];
  retentionDays: number;
}

/** Step Functions' limit for a result. */
const LARGEST_PAYLOAD = 256 * 1024;
/** The subscriber of quarantined events. */
const SUBSCRIBER = WAITS_SUBSCRIBER;

/**
 * Sends an event from the bus to the runs that wait for it. An event that breaks its contract is quarantined,
 * as at intake.
 */
export async function receive(
  event: BusEvent,
  body: string,
  { events, retentionDays }: Awaited,
  ports: WaitPorts & QuarantinePorts & { deliveries: DeliveryReceipts },
): Promise<void> {
  const envelope = readEnvelope(event);
  if (envelope.source === MILLRACE_SOURCE) {
    // The event is only a hint; how the run ended is read from the run.
    const run = await ports.runs.read(String(envelope.data.run));
    if (run) await noteEnd(run, retentionDays, ports);
    return;
  }
  const refuse = (reason: QuarantineItem["reason"], ...findings: Finding[]) =>
    quarantine({ reason, findings, envelope, body }, { subscriber: SUBSCRIBER, retentionDays }, ports);

  const consumed = await consume(envelope, events, SUBSCRIBER);
  if (!consumed.accepted) return await refuse(consumed.reason, ...consumed.findings);
  const { contract, data } = consumed;
  const key = contract.key?.(data) ?? envelope.subject;
  if (key === undefined) return await refuse("contract", noKey(contract));
  const size = Buffer.byteLength(JSON.stringify(data));
  if (size > LARGEST_PAYLOAD) return await refuse("contract", tooLarge(size));
  await noteEvent(sentEvent({ ...envelope, data }, key, { now: ports.now(), retentionDays }), ports);
  await ports.deliveries.record(awaitedReceipt(envelope, SUBSCRIBER, ports.now()));
}

function noKey({ name }: EventContract): Finding {
  return {
    path: "millrace.subject",
    message: `Waits match events by key, but ${name} has none. Declare "key" in its contract, or send the event with a subject.`,
  };
}

function tooLarge(size: number): Finding {
  return {
    path: "",
    message: `The payload has ${size} bytes; the maximum for a state machine is ${LARGEST_PAYLOAD}. Store large values in the artifact bucket and send their address.`,
  };
}
