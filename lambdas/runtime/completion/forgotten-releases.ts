import type { ControlTarget } from "../../../lib/contract/keys/control.ts";
import type { Release } from "../../../lib/contract/messages/command.ts";
import type { DeferReason, DeployedQueue } from "../../../lib/contract/table.ts";
import type { Now } from "../ports/clock.ts";
import type { Log } from "../ports/telemetry.ts";
import type { HeldPorts } from "./held.ts";

export interface ForgottenReleasePorts extends Pick<HeldPorts, "controlled" | "isActive"> {
  /** The queues that are deployed. */
  subscribers(): Promise<Pick<DeployedQueue, "name" | "role">[]>;
  /** Some of the messages that are deferred for this reason. */
  deferredBy(name: string, reason: DeferReason): Promise<{ deferredAt: string }[]>;
  /** Sends the messages that a pause deferred again. */
  release(target: Release["target"]): Promise<void>;
  now: Now;
  log: Log;
}

/** How a subscriber is paused, what that defers, and what is released then. */
interface Pause {
  role: DeployedQueue["role"];
  target: ControlTarget;
  reason: DeferReason;
  released(name: string): Release["target"];
}

const PAUSES: readonly Pause[] = [
  {
    role: "workflow",
    target: "workflow",
    reason: "workflow paused",
    released: (workflow) => ({ workflow }),
  },
  {
    role: "reaction",
    target: "subscriber",
    reason: "subscriber paused",
    released: (subscriber) => ({ subscriber }),
  },
];

/** After this time, a release is no longer in progress. */
const RELEASED_AFTER = 15 * 60 * 1000;

/**
 * Releases messages that a pause deferred and that were still deferred after it. A resume writes the state
 * first and looks for deferred messages then. The function may stop in between, and nothing else would send
 * the messages.
 */
export async function releaseForgotten(ports: ForgottenReleasePorts): Promise<void> {
  const subscribers = await ports.subscribers();
  for (const pause of PAUSES) {
    const names = subscribers.filter(({ role }) => role === pause.role).map(({ name }) => name);
    for (const name of await ports.controlled(pause.target, names)) await releaseOf(name, pause, ports);
  }
}

async function releaseOf(
  name: string,
  { target, reason, released }: Pause,
  ports: ForgottenReleasePorts,
): Promise<void> {
  const [oldest] = await ports.deferredBy(name, reason);
  if (!oldest || Date.parse(oldest.deferredAt) > ports.now() - RELEASED_AFTER) return;
  if (!(await ports.isActive(target, name))) return;
  ports.log.warn(`Messages of ${name} were deferred though it is not paused; they are sent now.`, {
    ...released(name),
  });
  await ports.release(released(name));
}
