import { DefinitionError } from "../../contract/definition-error.ts";
import type { Batch } from "../../contract/event-batch.ts";
import type { PerKey } from "../../contract/per-key.ts";
import type { SharedLimitUse } from "../../contract/shared-limit.ts";

/** Throws a DefinitionError if a workflow cannot use a shared limit in this way. */
export function refuseSharedLimit(
  workflow: string,
  use: SharedLimitUse,
  perKey: PerKey | undefined,
  batch: Batch | undefined,
): void {
  const problem = problemOfUse(use) ?? problemOf(use, perKey, batch);
  if (problem) throw new DefinitionError(`Workflow "${workflow}" ${problem}`);
}

/** What the types refuse too, for definitions that are not checked by them. */
function problemOfUse(use: SharedLimitUse): string | undefined {
  if (Array.isArray(use))
    return 'has several shared limits. A run would keep its place in one while it waits for the other. Name one limit: it has "atOnce" for all keys, and "perKey" for each key.';
  if ("busy" in use)
    return 'has "busy" in "sharedLimit", whose runs always wait. To skip events of a key that has a run, set "busy" in "perKey"; to end runs that wait too long, set "startWithin".';
  return undefined;
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
