import type { DeferredItem } from "../../../lib/contract/table.ts";
import { defer } from "../defer/defer.ts";
import type { DeferPorts } from "../defer/ports.ts";
import type { Effect } from "./effect.ts";
import type { WorkPorts } from "./ports.ts";

/**
 * Defers the message of an effect and releases its claim. A resume writes the state and then looks for deferred
 * messages; here it is the other way round, so that one of the two always sees the other. If both do, the message
 * is sent twice, and its claim removes the duplicate. `superseded`: a later message of the effect is deferred.
 */
export async function deferEffect(
  item: DeferredItem,
  { key, owner }: Pick<Effect, "key" | "owner">,
  stillPaused: () => Promise<boolean>,
  ports: DeferPorts & Pick<WorkPorts, "claims">,
): Promise<"superseded" | "deferred" | "resumed"> {
  const kept = await defer(item, ports);
  await ports.claims.release(key, owner);
  if (!kept) return "superseded";
  if (item.dueAt !== undefined || (await stillPaused())) return "deferred";
  await ports.deferred.remove(item);
  return "resumed";
}
