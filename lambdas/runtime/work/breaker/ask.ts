import type { BreakerState } from "../../../../lib/contract/table.ts";
import { type Admission, admitByBreaker } from "../admission.ts";
import type { Effect } from "../effect.ts";
import type { BreakerPorts } from "./ports.ts";
import { recordOutcome } from "./record.ts";
import { HEALTHY, mayCall } from "./transition.ts";

/**
 * Whether the breaker allows the call. `known`: its state as it was read. Only if it is not closed, a write
 * asks it, since only one call may try whether the downstream is available again.
 */
export async function askBreaker(
  { message, spec, owner, lease }: Pick<Effect, "message" | "spec" | "owner" | "lease">,
  known: BreakerState | undefined,
  ports: BreakerPorts & { random: () => number },
): Promise<Admission> {
  const { breaker } = spec;
  if (!breaker) return { kind: "proceed" };
  let state = known ?? HEALTHY;
  if (!mayCall(state, owner)) state = await recordOutcome(breaker, { kind: "asked", owner, lease }, ports);
  const admission = admitByBreaker(message, spec, state, { owner, now: ports.now(), random: ports.random() });
  if (admission.kind !== "proceed") ports.metrics.count("BreakerRefusals", 1, { breaker: breaker.name });
  return admission;
}
