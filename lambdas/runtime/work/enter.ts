import type { StepSpec } from "../../../lib/contract/step.ts";
import type { BreakerState, RunItem } from "../../../lib/contract/table.ts";
import { type Admission, admitByBreaker, admitByRun } from "./admission.ts";
import { withCurrentBreaker } from "./breaker/current.ts";
import { recordOutcome } from "./breaker/record.ts";
import { HEALTHY, mayCall } from "./breaker/transition.ts";
import type { Effect } from "./effect.ts";
import type { StartConditions, WorkPorts } from "./ports.ts";
import type { SoFar } from "./so-far.ts";

/** Whether the effect may begin, the state of its run, and the step as operators have set its breaker. */
export interface Entrance {
  admission: Admission;
  spec: StepSpec;
  soFar: SoFar | undefined;
}

/**
 * Reads the start conditions and decides. One read returns operator actions and breaker. Only if the breaker
 * is not closed, a write asks it, since only one call may try whether the downstream is available again.
 */
export async function enter(effect: Effect, ports: WorkPorts): Promise<Entrance> {
  const { message } = effect;
  const conditions = await ports.startConditions.read(
    message.run.id,
    message.run.workflow,
    effect.spec.breaker?.name,
    // Before an operator action defers a message, the state is read again, consistently. A breaker that is
    // not closed is asked by a write.
    { recent: true, place: placeOf(message) },
  );
  const spec = withCurrentBreaker(effect.spec, conditions.breakerSettings);
  return {
    admission: await admit({ ...effect, spec }, conditions, ports),
    spec,
    soFar: conditions.run && soFarOf(conditions.run),
  };
}

async function admit(effect: Effect, conditions: StartConditions, ports: WorkPorts): Promise<Admission> {
  const byRun = admitByRun(effect.message, conditions);
  return byRun.kind === "proceed" ? await askBreaker(effect, conditions.breaker, ports) : byRun;
}

/** Whether the breaker allows the call. */
export async function askBreaker(
  { message, spec, owner, lease }: Effect,
  known: BreakerState | undefined,
  ports: WorkPorts,
): Promise<Admission> {
  const { breaker } = spec;
  if (!breaker) return { kind: "proceed" };
  let state = known ?? HEALTHY;
  if (!mayCall(state, owner)) state = await recordOutcome(breaker, { kind: "asked", owner, lease }, ports);
  const admission = admitByBreaker(message, spec, state, { owner, now: ports.now(), random: ports.random() });
  if (admission.kind !== "proceed") ports.metrics.count("BreakerRefusals", 1, { breaker: breaker.name });
  return admission;
}

/** The place of a message in its run. */
export function placeOf({ run: { epoch }, path }: Effect["message"]) {
  return { epoch, path };
}

function soFarOf({ acceptedAt, budget }: RunItem): SoFar {
  return { acceptedAt, spent: budget?.spent ?? { usd: 0, tokens: 0 } };
}
