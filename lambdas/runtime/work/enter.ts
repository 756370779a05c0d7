import type { BreakerState } from "../../../lib/contract/table.ts";
import { type Admission, admitByBreaker, admitByOrders } from "./admission.ts";
import { tell } from "./breaker/tell.ts";
import { HEALTHY, mayCall } from "./breaker/transition.ts";
import type { Effect } from "./effect.ts";
import type { WorkPorts } from "./ports.ts";

/**
 * Reads what decides, and decides. One read serves orders and breaker; only where the breaker is not closed is it asked
 * by a write, since one call alone may try whether the downstream is back.
 */
export async function enter({ message, spec, owner, lease }: Effect, ports: WorkPorts): Promise<Admission> {
  const { breaker } = spec;
  const standing = await ports.standings.read(message.run.id, message.run.workflow, breaker?.name);
  const ordered = admitByOrders(message, standing);
  if (ordered.kind !== "proceed" || !breaker) return ordered;
  let state: BreakerState = standing.breaker ?? HEALTHY;
  if (!mayCall(state, owner)) state = await tell(breaker, { kind: "asked", owner, lease }, ports);
  const admission = admitByBreaker(message, spec, state, { owner, now: ports.now(), random: ports.random() });
  if (admission.kind !== "proceed") ports.metrics.count("BreakerRefusals", 1, { breaker: breaker.name });
  return admission;
}
