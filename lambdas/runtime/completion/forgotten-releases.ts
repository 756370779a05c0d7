import type { ControlTarget } from "../../../lib/contract/keys/control.ts";
import type { Release } from "../../../lib/contract/messages/command.ts";
import type { DeferReason, DeployedQueue } from "../../../lib/contract/table.ts";
import type { Now } from "../ports/clock.ts";
import type { Log } from "../ports/telemetry.ts";
import type { HeldPorts } from "./held.ts";

export interface ForgottenReleasePorts extends Pick<HeldPorts, "controlled"> {
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
  const subscribers = await ports.subscribers();
  for (const role of ROLES) {
    const names = subscribers.filter((one) => one.role === role).map(({ name }) => name);
    for (const name of await ports.controlled(TARGETS[role], names)) await releaseOf(role, name, ports);
  }
}

async function releaseOf(role: Role, name: string, ports: ForgottenReleasePorts): Promise<void> {
  const [reason, target] = PAUSES[role](name);
  const [oldest] = await ports.deferredBy(name, reason);
  if (!oldest || Date.parse(oldest.deferredAt) > ports.now() - RELEASED_AFTER) return;
  if (!(await ports.isActive(TARGETS[role], name))) return;
  ports.log.warn(`Messages of ${name} were deferred though it is not paused; they are sent now.`, {
    ...target,
  });
  await ports.release(target);
}

type Role = "workflow" | "reaction";
const ROLES: readonly Role[] = ["workflow", "reaction"];
const TARGETS: Record<Role, ControlTarget> = { workflow: "workflow", reaction: "subscriber" };

type Pause = [DeferReason, Release["target"]];

const PAUSES: Record<Role, (name: string) => Pause> = {
  workflow: (workflow) => ["workflow paused", { workflow }],
  reaction: (subscriber) => ["subscriber paused", { subscriber }],
};
