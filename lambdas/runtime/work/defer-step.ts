import { defer, deferredItem } from "../defer/defer.ts";
import { type Admission, admitByOrders } from "./admission.ts";
import type { Effect } from "./effect.ts";
import type { WorkOutcome } from "./outcome.ts";
import type { WorkPorts } from "./ports.ts";

type Deferral = Extract<Admission, { kind: "defer" }>;

/**
 * Defers the message in hand and gives its claim back. Who resumes a run lifts the pause first and looks for deferred messages
 * after; here it is the other way round, so that one of the two always sees the other. Where both do, the message comes
 * twice, which its claim makes once. Of a run without an execution, nothing is deferred: its execution defers.
 */
export async function deferStep(
  { message, key, owner }: Effect,
  { reason, due }: Omit<Deferral, "kind">,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  const now = ports.now();
  if (message.express) {
    await ports.claims.release(key, owner);
    return { kind: "handed over", why: `${message.path} has to wait (${reason})`, at: due ?? now };
  }
  const item = deferredItem(message, { reason, due, owner }, ports, now);
  const kept = await defer(item, ports);
  await ports.claims.release(key, owner);
  if (!kept) return { kind: "dropped", why: "a later message of this effect is deferred" };
  ports.metrics.count("StepsDeferred");
  if (due !== undefined) return { kind: "deferred", why: reason, due };

  const conditions = await ports.startConditions.read(message.run.id, message.run.workflow, undefined);
  if (admitByOrders(message, conditions).kind === "defer") return { kind: "deferred", why: reason, due };
  await ports.deferred.remove(item);
  return { kind: "later", at: now, why: "the pause ends" };
}
