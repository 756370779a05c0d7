import { DefinitionError } from "../contract/definition-error.ts";
import type { Batch } from "../contract/event-batch.ts";
import type { PerKey } from "../contract/per-key.ts";
import type { SharedLimitUse } from "../contract/shared-limit.ts";

/** Throws a DefinitionError if a workflow cannot use a shared limit in this way. */
export function refuseSharedLimit(
  workflow: string,
  { by, priority }: SharedLimitUse,
  perKey: PerKey | undefined,
  batch: Batch | undefined,
): void {
  const problem = problemOf({ by, priority }, perKey, batch);
  if (problem) throw new DefinitionError(`Workflow "${workflow}" ${problem}`);
}

function problemOf(
  { by, priority }: Pick<SharedLimitUse, "by" | "priority">,
  perKey: PerKey | undefined,
  batch: Batch | undefined,
): string | undefined {
  if (batch && by)
    return 'has a "batch" and a key in "sharedLimit". The limit applies to the key of the batch: set it by "by" in "batch".';
  if (batch && priority)
    return 'has a "batch", and a "priority" in "sharedLimit", which is that of one event. Remove one of the two.';
  if (priority && perKey?.priority)
    return 'has a "priority" in "perKey" and another in "sharedLimit". A run has one: remove one of the two.';
  return undefined;
}
