import { type Duration, milliseconds } from "../../../lib/contract/duration.ts";
import { recorded, under } from "../../../lib/contract/settings/stored.ts";
import type { Delivery } from "./delivery.ts";
import type { IntakeSpec } from "./intake-spec.ts";
import type { Admissions } from "./ports.ts";

/**
 * What intake has to know about a workflow, with the values that operators have set. What decides about the
 * queue in front of runs applies to all runs at once; what concerns a run itself is recorded when the run is
 * accepted.
 */
export async function currentSpec(
  spec: IntakeSpec,
  { kind }: Pick<Delivery, "kind">,
  { admissions }: { admissions: Pick<Admissions, "settings"> },
): Promise<IntakeSpec> {
  const { workflow, settings = [], perKey, batch } = spec;
  // Only what starts runs, or lets them wait, depends on settings.
  const starts = kind === "event" || kind === "key-queue" || (kind === "release" && (perKey || batch));
  const stored = starts ? await admissions.settings(workflow) : undefined;
  const changed = recorded(settings, stored);
  const { deadline } = changed?.values ?? {};
  return {
    ...under(spec, settings, stored),
    changed,
    // The execution has the deadline of the definition.
    deadline: deadline === undefined ? undefined : milliseconds(deadline as Duration),
  };
}
