import type { Release } from "../../../lib/contract/command.ts";
import type { ControlTarget } from "../../../lib/contract/keys/control.ts";
import type { DeferReason, DeployedQueue } from "../../../lib/contract/table.ts";
import type { Now } from "../ports/clock.ts";
import type { Log } from "../ports/telemetry.ts";

export interface ForgottenReleasePorts {
  /** The queues that are deployed. */
  subscribers(): Promise<Pick<DeployedQueue, "name" | "role">[]>;
  /** Whether a workflow or reaction is active: neither paused nor drained. Read consistently. */
  isActive(target: ControlTarget, name: string): Promise<boolean>;
  /** Some of the messages that are deferred for this reason. */
  deferredBy(name: string, reason: DeferReason): Promise<{ deferredAt: string }[]>;
  /** Sends the messages that a pause deferred again. */
  release(target: Release["target"]): Promise<void>;
  now: Now;
  log: Log;
}

/** After this time, a release is no longer in progress. */
const RELEASED_AFTER = 15 * 60 * 1000;

/**
 * Releases messages that a pause deferred and that were still deferred after it. A resume writes the state
 * first and looks for deferred messages then. The function may stop in between, and nothing else would send
 * the messages.
 */
export async function releaseForgotten(ports: ForgottenReleasePorts): Promise<void> {
  for (const { name, role } of await ports.subscribers()) {
    if (role !== "workflow" && role !== "reaction") continue;
    const [reason, target, kind] = PAUSES[role](name);
    const [oldest] = await ports.deferredBy(name, reason);
    if (!oldest || Date.parse(oldest.deferredAt) > ports.now() - RELEASED_AFTER) continue;
    if (!(await ports.isActive(kind, name))) continue;
    ports.log.warn(`Messages of ${name} were deferred though it is not paused; they are sent now.`, {
      ...target,
    });
    await ports.release(target);
  }
}

type Pause = [DeferReason, Release["target"], ControlTarget];

const PAUSES: Record<"workflow" | "reaction", (name: string) => Pause> = {
  workflow: (workflow) => ["workflow paused", { workflow }, "workflow"],
  reaction: (subscriber) => ["subscriber paused", { subscriber }, "subscriber"],
};
