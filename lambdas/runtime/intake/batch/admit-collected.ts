import type { Envelope } from "../../../../lib/contract/envelope.ts";
import { collectedReceipt, duplicateReceipt } from "../../ledger/arrival.ts";
import { begin, markWaiting } from "../begin.ts";
import type { IntakePorts } from "../intake-ports.ts";
import type { IntakeSpec } from "../intake-spec.ts";
import type { IntakeOutcome } from "../outcome.ts";
import { noKey, type Refused, readEvent } from "../read-run.ts";
import { contradiction } from "../refuse.ts";
import { collectedEvent } from "./collect.ts";
import { formBatches } from "./form.ts";

/** Puts an event with the others of its key, which start a run together. */
export async function admitCollected(
  arrived: Envelope,
  spec: IntakeSpec,
  ports: IntakePorts,
  refused: (refusal: Pick<Refused, "reason" | "findings">) => Promise<IntakeOutcome>,
): Promise<IntakeOutcome> {
  const read = await readEvent(arrived, {}, spec, ports);
  if (!read.accepted) return await refused(read);
  const event = collectedEvent(read, spec, ports.now());
  if (!event) return await refused({ reason: "contract", findings: [noKey(read.consumed.contract)] });
  const claimed = (await ports.batches.collect(event)) ?? event;
  if (claimed.payload !== event.payload)
    return await refused(contradiction(`is ${claimed.run ? `in run ${claimed.run}` : "collected"}`, claimed));
  const met = { first: claimed.event.id, subscriber: spec.workflow, run: claimed.run };
  const receipt = duplicateReceipt(arrived, met, ports.now()) ?? (!claimed.run && collectedReceipt(claimed));
  if (receipt) await ports.deliveries.record(receipt);
  const { key, run } = claimed;
  // After the receipt: from here on, another delivery may make it part of a run.
  if (!run) await ports.batches.join(claimed);
  const formed = await formBatchesOf(key, async () => spec, ports);
  if (formed === "throttled") return { kind: "throttled" };
  return run ? { kind: "duplicate", run } : { kind: "collected", key };
}

/** Forms and starts the batches of a key that are full or due. */
export async function formBatchesOf(key: string, current: () => Promise<IntakeSpec>, ports: IntakePorts) {
  return await formBatches(
    key,
    current,
    async (run) => {
      const { kind } = await begin(run, await current(), ports);
      if (kind === "waits") await markWaiting(run, ports);
      return kind === "throttled" ? "throttled" : "begun";
    },
    ports,
  );
}
