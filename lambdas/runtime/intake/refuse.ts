import type { RunItem } from "../../../lib/contract/table.ts";
import { type QuarantinePorts, quarantine, type Refusal } from "../events/quarantine.ts";
import type { IntakeSpec } from "./intake-spec.ts";
import type { IntakeOutcome } from "./outcome.ts";
import type { Refused } from "./read-event.ts";

/** Quarantines what a workflow does not admit. */
export async function refuse(
  refusal: Refusal,
  spec: IntakeSpec,
  ports: QuarantinePorts,
): Promise<IntakeOutcome> {
  const { workflow: subscriber, retentionDays } = spec;
  await quarantine(refusal, { subscriber, retentionDays }, ports);
  return { kind: "quarantined", reason: refusal.reason };
}

/** Why an event is refused whose identity another one has. */
export function contradiction(became: string, { event }: Pick<RunItem, "event">): Refused {
  const message = `Event ${event.id} of the same identity ${became}, but with another payload. Correct the payload or the identity.`;
  return { kind: "refused", reason: "contradiction", findings: [{ path: "", message }] };
}
