import { quarantinedBy } from "../../../lib/contract/keys/delivery.ts";
import type { CommandOutcome, ResolveEvent } from "../../../lib/contract/messages/command.ts";
import type { QuarantineItem, ResolvedEvent } from "../../../lib/contract/table.ts";
import { correctedEvent } from "./corrected-event.ts";
import type { ControlPorts } from "./ports.ts";
import { Refusal } from "./refusal.ts";
import { releasedEvent } from "./released-event.ts";

/**
 * Carries out an operator's decision about a quarantined event. A released event goes to its subscriber's
 * queue, and is checked and admitted like any other: if it is still invalid, it is quarantined again. An
 * event that a trigger refused has no subscriber yet: it is published on the bus, and each subscriber checks
 * it.
 */
export async function resolveEvent(command: ResolveEvent, ports: ControlPorts): Promise<CommandOutcome> {
  const { action, target, by, why, key } = command;
  const item = await ports.quarantineStore.read(target.quarantine);
  if (!item) throw new Refusal(`There is no event "${target.quarantine}" in quarantine.`);
  const about = { by, why, key, at: new Date(ports.now()).toISOString() };
  return action === "release-event"
    ? await release(item, { as: "released", ...about }, command, ports)
    : await discard(item, { as: "discarded", ...about }, ports);
}

/**
 * Recorded before it is sent: if it is quarantined again, that opens the item, and the event does not count
 * as resolved.
 */
async function release(
  item: QuarantineItem,
  resolved: ResolvedEvent,
  { payload, version }: ResolveEvent,
  { quarantineStore, stepQueues, queues }: ControlPorts,
): Promise<CommandOutcome> {
  const { id, name, queued, subscriber } = item;
  const event = correctedEvent(item, { payload, version });
  if (!queued) {
    await quarantineStore.resolve(id, resolved, releasedEvent(event));
    return { done: true, says: `${name} of ${subscriber} is released to its subscribers.` };
  }
  const queue = await queues.read(quarantinedBy(item));
  if (!queue)
    throw new Refusal(
      `${subscriber} is not deployed, and takes no event. Deploy it again, or discard ${id}.`,
    );
  await quarantineStore.resolve(id, resolved);
  await stepQueues.send(queue.queueUrl, event);
  return { done: true, says: `${name} is released to ${subscriber}${payload ? ", corrected" : ""}.` };
}

async function discard(
  { id, name, subscriber, resolved: before }: QuarantineItem,
  resolved: ResolvedEvent,
  { quarantineStore }: ControlPorts,
): Promise<CommandOutcome> {
  if (before && before.key !== resolved.key)
    throw new Refusal(`Event ${id} has been ${before.as} by ${before.by}: ${before.why}`);
  await quarantineStore.resolve(id, resolved);
  return { done: true, says: `${name} is discarded and is not delivered to ${subscriber}.` };
}
