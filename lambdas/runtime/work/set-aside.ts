import { park, parkedItem } from "../defer/defer.ts";
import { type Admission, admitByOrders } from "./admission.ts";
import type { Effect } from "./effect.ts";
import type { WorkOutcome } from "./outcome.ts";
import type { WorkPorts } from "./ports.ts";

type Parking = Extract<Admission, { kind: "park" }>;

/**
 * Parks the message in hand and gives its claim back. Who resumes a run lifts the pause first and looks for parked messages
 * after; here it is the other way round, so that one of the two always sees the other. Where both do, the message comes
 * twice, which its claim makes once.
 */
export async function setAside(
  { message, key, owner }: Effect,
  { reason, due }: Omit<Parking, "kind">,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  const now = ports.now();
  const item = parkedItem(message, { reason, due, owner }, ports, now);
  const kept = await park(item, ports);
  await ports.claims.release(key, owner);
  if (!kept) return { kind: "dropped", why: "a later message of this effect is deferred" };
  ports.metrics.count("StepsParked");
  if (due !== undefined) return { kind: "parked", why: reason, due };

  const standing = await ports.standings.read(message.run.id, message.run.workflow, undefined);
  if (admitByOrders(message, standing).kind === "park") return { kind: "parked", why: reason, due };
  await ports.parked.remove(item);
  return { kind: "later", at: now, why: "the pause ends" };
}
