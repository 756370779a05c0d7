import type { BreakerState, OperatorAction } from "../../../../lib/contract/table.ts";
import type { BreakerPorts } from "./ports.ts";
import { change } from "./record.ts";
import { HEALTHY } from "./transition.ts";

/** What an operator may decide: the breaker stays open or closed, or decides automatically again. */
export type Forced = "open" | "closed" | "auto";

/** Forces a breaker into the state that an operator requests. Idempotent. */
export async function forceBreaker(
  breaker: string,
  to: Forced,
  operatorAction: OperatorAction,
  ports: BreakerPorts,
): Promise<void> {
  const current = await ports.breakers.read(breaker);
  await change(breaker, operatorAction.key, current, (state) => force(state, to, operatorAction), ports);
}

/**
 * The state after an operator's decision. After a forced open state, the next call tries whether the
 * downstream is available.
 */
export function force(state: BreakerState, to: Forced, operatorAction: OperatorAction): BreakerState {
  const { forced } = state;
  if (to === "auto") {
    if (!forced) return state;
    return forced.to === "closed"
      ? HEALTHY
      : { ...HEALTHY, state: "open", until: Date.parse(operatorAction.at) };
  }
  return forced?.key === operatorAction.key
    ? state
    : { ...HEALTHY, state: to, forced: { to, ...operatorAction } };
}
