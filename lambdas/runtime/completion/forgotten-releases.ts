import type { Release } from "../../../lib/contract/command.ts";
import type { ControlTarget } from "../../../lib/contract/keys.ts";
import type { DeferReason, DeployedQueue } from "../../../lib/contract/table.ts";
import type { Log, Now } from "../ports.ts";

export interface ForgottenReleasePorts {
  /** The queues that are deployed. */
  subscribers(): Promise<Pick<DeployedQueue, "name" | "role">[]>;
  /** Whether a workflow or a reaction is neither paused nor drained, read consistently. */
  isActive(target: ControlTarget, name: string): Promise<boolean>;
  /** Some of the messages that are deferred for this reason. */
  deferredBy(name: string, reason: DeferReason): Promise<{ deferredAt: string }[]>;
  /** Has what a pause has deferred sent again. */
  release(target: Release["target"]): Promise<void>;
  now: Now;
  log: Log;
}

/** A release has begun long before this. */
const RELEASED_AFTER = 15 * 60 * 1000;

/**
 * Releases what a pause has deferred where the pause is over. A resume is written first and looks for deferred messages after:
 * the function that carries it out may die in between, and nothing else would send the messages.
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
