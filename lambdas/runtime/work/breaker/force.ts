import type { BreakerState, Order } from "../../../../lib/contract/table.ts";
import { type BreakerPorts, change } from "./tell.ts";
import { HEALTHY } from "./transition.ts";

/** What a person may decide: that it stays open or closed, or decides by itself again. */
export type Forced = "open" | "closed" | "auto";

/** Makes a breaker stay as a person wants it. The same order again changes nothing. */
export async function forceBreaker(
  breaker: string,
  to: Forced,
  order: Order,
  ports: BreakerPorts,
): Promise<void> {
  const standing = await ports.breakers.read(breaker);
  await change(breaker, order.key, standing, (state) => force(state, to, order), ports);
}

/** The state after a person's decision. From a forced open breaker the next call tries whether the downstream is there. */
export function force(state: BreakerState, to: Forced, order: Order): BreakerState {
  const { forced } = state;
  if (to === "auto") {
    if (!forced) return state;
    return forced.to === "closed" ? HEALTHY : { ...HEALTHY, state: "open", until: Date.parse(order.at) };
  }
  return forced?.key === order.key ? state : { ...HEALTHY, state: to, forced: { to, ...order } };
}
