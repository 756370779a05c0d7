import type { StepSpec } from "../../../lib/contract/step.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { type Admission, admitByRun } from "./admission.ts";
import { askBreaker } from "./breaker/ask.ts";
import { withCurrentBreaker } from "./breaker/current.ts";
import type { Effect } from "./effect.ts";
import type { WorkPorts } from "./ports.ts";
import type { SoFar } from "./so-far.ts";

/** Whether the effect may begin, the state of its run, and the step as operators have set its breaker. */
export interface AdmittedEffect {
  admission: Admission;
  spec: StepSpec;
  soFar: SoFar | undefined;
}

/**
 * Reads the start conditions of an effect and decides, first by its run and then by its breaker. Waits, calls
 * and approvals have no breaker; see `admitRequest`.
 */
export async function admitEffect(effect: Effect, ports: WorkPorts): Promise<AdmittedEffect> {
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
  const byRun = admitByRun(message, conditions);
  return {
    admission:
      byRun.kind === "proceed" ? await askBreaker({ ...effect, spec }, conditions.breaker, ports) : byRun,
    spec,
    soFar: conditions.run && soFarOf(conditions.run),
  };
}

/** The place of a message in its run. */
export function placeOf({ run: { epoch }, path }: Effect["message"]) {
  return { epoch, path };
}

function soFarOf({ acceptedAt, budget }: RunItem): SoFar {
  return { acceptedAt, spent: budget?.spent ?? { usd: 0, tokens: 0 } };
}
