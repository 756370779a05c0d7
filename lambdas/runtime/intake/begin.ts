import { type PerKey, startLimits } from "../../../lib/contract/per-key.ts";
import { isEnded, type RunItem } from "../../../lib/contract/table.ts";
import { endIfLate } from "../completion/start-deadline.ts";
import { waitingReceipts } from "../ledger/arrival.ts";
import { joinBurst } from "./debounce.ts";
import { heldBack } from "./held-back.ts";
import type { IntakePorts } from "./intake-ports.ts";
import type { IntakeSpec } from "./intake-spec.ts";
import { joinQueue } from "./join-queue.ts";
import { launch } from "./launch.ts";
import type { IntakeOutcome } from "./outcome.ts";
import { skipWhenBusy } from "./skip-when-busy.ts";
import { type KeyedRun, moveUp, type Turn, type TurnPorts } from "./turn.ts";

/** Starts an accepted run, unless it has to wait. */
export async function begin(item: RunItem, spec: IntakeSpec, ports: IntakePorts): Promise<IntakeOutcome> {
  const { run } = item;
  if ((await endIfLate(item, ports)) !== item) return { kind: "passed", run };
  if (await heldBack(item, ports)) return { kind: "waits", run };
  const kind = spec.perKey ? await takeTurn(item as KeyedRun, spec.perKey, ports) : await launch(item, ports);
  return { kind, run };
}

async function takeTurn(run: KeyedRun, policy: PerKey, ports: TurnPorts): Promise<Turn> {
  if ("debounce" in policy) return await joinBurst(run, policy, ports);
  const limits = startLimits(policy);
  return limits.wait ? await joinQueue(run, limits, ports) : await skipWhenBusy(run, limits, ports);
}

/**
 * A run is no longer accepted. An earlier delivery may have stopped after it gave the run a slot, and the
 * run's end may be older than that: the slot is released now.
 */
export async function leave(
  left: RunItem | { key: undefined; run: string },
  { perKey }: IntakeSpec,
  ports: IntakePorts,
): Promise<IntakeOutcome> {
  const { key, run } = left;
  if ("status" in left && isEnded(left.status)) await ports.limit?.leave(left);
  if (perKey && key !== undefined) {
    const moved = await moveUp(key, startLimits(perKey), ports);
    if (moved === "throttled") return { kind: "throttled" };
  }
  return { kind: "duplicate", run };
}

/** Records that the deliveries of a run wait with it. */
export async function markWaiting(run: RunItem, { deliveries }: IntakePorts): Promise<void> {
  await Promise.all(waitingReceipts(run).map((receipt) => deliveries.record(receipt)));
}
