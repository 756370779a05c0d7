import { defer, deferredItem } from "../defer/defer.ts";
import { type Admission, admitByRun } from "./admission.ts";
import type { Effect } from "./effect.ts";
import type { WorkOutcome } from "./outcome.ts";
import type { WorkPorts } from "./ports.ts";

type Deferral = Extract<Admission, { kind: "defer" }>;

/**
 * Defers the current message and releases its claim. A resume writes the state and then looks for deferred
 * messages; here it is the other way round, so that one of the two always sees the other. If both do, the
 * message is sent twice, and its claim removes the duplicate. A run without an execution defers nothing: its
 * execution does.
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
  if (admitByRun(message, conditions).kind === "defer") return { kind: "deferred", why: reason, due };
  await ports.deferred.remove(item);
  return { kind: "later", at: now, why: "the pause ends" };
}
