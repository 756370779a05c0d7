import { startLimits } from "../../../lib/contract/per-key.ts";
import { formBatchesOf } from "./batch/admit-collected.ts";
import { endBurst } from "./debounce.ts";
import type { Delivery } from "./delivery.ts";
import type { IntakePorts } from "./intake-ports.ts";
import type { IntakeSpec } from "./intake-spec.ts";
import type { IntakeOutcome } from "./outcome.ts";
import { isIdle, moveUp } from "./turn.ts";

/**
 * A run of the key has ended, its burst may be over, or the next one may start. `current`: the definition
 * with its settings, which are read only where they matter.
 */
export async function advanceKeyQueue(
  { key, at }: Extract<Delivery, { kind: "key-queue" }>,
  { perKey, batch }: IntakeSpec,
  current: () => Promise<IntakeSpec>,
  ports: IntakePorts,
): Promise<IntakeOutcome> {
  // It came early: no message can be delayed for long enough, or the sender's clock is ahead.
  if (at !== undefined && at > ports.now() && (perKey || batch)) {
    await ports.reminders.lookAgain(key, at);
    return { kind: "looked", key };
  }
  if (batch && (await formBatchesOf(key, current, ports)) === "throttled") return { kind: "throttled" };
  if (!perKey) return { kind: "looked", key };
  const looked =
    "debounce" in perKey
      ? await endBurst(key, ports)
      : await moveUp(
          key,
          async (keyQueue) => startLimits(isIdle(keyQueue) ? perKey : (await current()).perKey!),
          ports,
        );
  return looked === "throttled" ? { kind: "throttled" } : { kind: "looked", key };
}
