import { type Deferral, deferredItem, deferWhile } from "../defer/defer.ts";
import { admitByRun } from "./admission.ts";
import type { Effect } from "./effect.ts";
import type { WorkOutcome } from "./outcome.ts";
import type { WorkPorts } from "./ports.ts";

/**
 * Defers the current message and releases its claim. A run without an execution defers nothing: its execution
 * does.
 */
export async function deferStep(
  effect: Effect,
  { reason, due }: Deferral,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  const { message, key, owner } = effect;
  const now = ports.now();
  if (message.express) {
    await ports.claims.release(key, owner);
    return { kind: "handed over", why: `${message.path} has to wait (${reason})`, at: due ?? now };
  }
  const item = deferredItem(message, { reason, due, owner }, ports, now);
  const stillPaused = async () => {
    const conditions = await ports.startConditions.read(message.run.id, message.run.workflow, undefined);
    return admitByRun(message, conditions).kind === "defer";
  };
  const deferred = await deferWhile(item, stillPaused, ports, () => ports.claims.release(key, owner));
  if (deferred === "superseded")
    return { kind: "dropped", why: "a later message of this effect is deferred" };
  ports.metrics.count("StepsDeferred");
  return deferred === "deferred"
    ? { kind: "deferred", why: reason, due }
    : { kind: "later", at: now, why: "the pause ends" };
}
