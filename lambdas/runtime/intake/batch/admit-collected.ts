import type { Envelope } from "../../../../lib/contract/envelope.ts";
import type { CollectedEventItem } from "../../../../lib/contract/table.ts";
import { collectedReceipt, duplicateReceipt } from "../../ledger/arrival.ts";
import { begin, markWaiting } from "../begin.ts";
import { decideCollected } from "../decide.ts";
import type { IntakePorts } from "../intake-ports.ts";
import type { IntakeSpec } from "../intake-spec.ts";
import type { IntakeOutcome } from "../outcome.ts";
import type { Refused } from "../read-event.ts";
import { contradiction } from "../refuse.ts";
import { formBatches } from "./form.ts";

/** Puts an event with the others of its key, which start a run together. */
export async function admitCollected(
  event: CollectedEventItem,
  arrived: Envelope,
  spec: IntakeSpec,
  ports: IntakePorts,
  refused: (refusal: Refused) => Promise<IntakeOutcome>,
): Promise<IntakeOutcome> {
  const claimed = (await ports.batches.collect(event)) ?? event;
  const { key, run } = claimed;
  const decision = decideCollected(event, claimed);
  if (decision === "refuse")
    return await refused(contradiction(`is ${run ? `in run ${run}` : "collected"}`, claimed));
  const met = { first: claimed.event.id, subscriber: spec.workflow, run };
  const receipt =
    duplicateReceipt(arrived, met, ports.now()) ?? (decision === "join" && collectedReceipt(claimed));
  if (receipt) await ports.deliveries.record(receipt);
  // After the receipt: from here on, another delivery may make it part of a run.
  if (decision === "join") await ports.batches.join(claimed);
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
