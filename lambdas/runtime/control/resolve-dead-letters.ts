import type {
  CommandOutcome,
  ResolveBatch,
  ResolveDeadLetters,
} from "../../../lib/contract/messages/command.ts";
import { CLOCK_TOLERANCE } from "../work/effect.ts";
import { SECOND_LOOK } from "./next-pass.ts";
import type { ControlPorts } from "./ports.ts";
import { Refusal } from "./refusal.ts";
import { resolveDeadLetter } from "./resolve-dead-letter.ts";

/** Messages per second. */
const RATE = 10;
/** The maximum that one invocation resolves, whatever the rate. */
const MOST_AT_ONCE = 100;
/** Number of failed ids that fit into the reminder; with more, the cause is not a single message. */
const MOST_FAILED = 1_000;

/** Carries out an operator's decision about dead letters: one immediately, many in batches. */
export async function resolveDeadLetters(
  order: ResolveDeadLetters,
  ports: ControlPorts,
): Promise<CommandOutcome> {
  const { target, action, key } = order;
  if (!("deadLetter" in target)) return await begin(order, ports);
  const item = await ports.deadLetters.read(target.deadLetter);
  if (!item)
    throw new Refusal(`There is no dead letter "${target.deadLetter}". "millrace dead-letters" lists them.`);
  const { id, subscriber, resolved } = item;
  if (resolved && resolved.key !== key)
    throw new Refusal(`Dead letter ${id} has been ${resolved.as} by ${resolved.by}: ${resolved.why}`);
  const stateFailed = await resolveDeadLetter(item, order, ports);
  const says =
    action === "redrive"
      ? `Dead letter ${id} is sent back to ${subscriber}${order.body === undefined ? "" : ", edited"}.`
      : `Dead letter ${id} of ${subscriber} is discarded${stateFailed ? "; the waiting step fails" : ""}.`;
  return { done: true, says, ...(item.run !== undefined && { run: item.run }) };
}

async function begin(order: ResolveDeadLetters, ports: ControlPorts): Promise<CommandOutcome> {
  const { action, rate = RATE } = order;
  const subscriber = subscriberOf(order);
  // The clock of the function that stored a letter here may be ahead. No redriven message becomes a dead
  // letter again in so short a time.
  const until = new Date(ports.now() + CLOCK_TOLERANCE).toISOString();
  const whose = subscriber === undefined ? "" : ` of ${subscriber}`;
  if ((await ports.deadLetters.unresolved(subscriber, until, 1)).length === 0)
    throw new Refusal(`No dead letters${whose}.`);
  await ports.remind({ action: "resolve-some", order, until, looks: 2, failed: [] }, 0);
  const done = action === "redrive" ? "redriven" : "discarded";
  return { done: true, says: `The dead letters${whose} are being ${done}, ${rate} per second.` };
}

/**
 * Resolves a batch of the messages that were dead letters when the command was sent, and sends itself a
 * reminder for the rest. Those that cannot be resolved stay unchanged and do not block the others.
 */
export async function resolveBatch(message: ResolveBatch, ports: ControlPorts): Promise<void> {
  const { order, until, looks } = message;
  const { rate = RATE } = order;
  const share = Math.min(MOST_AT_ONCE, Math.max(1, Math.floor(rate)));
  const failed = [...message.failed];
  const found = await ports.deadLetters.unresolved(subscriberOf(order), until, share + failed.length);
  const ids = found.filter((id) => !failed.includes(id)).slice(0, share);
  for (const id of ids) if (!(await resolveOneOf(id, order, ports))) failed.push(id);
  if (failed.length > MOST_FAILED) throw new Error(`${failed.length} dead letters could not be resolved.`);
  if (ids.length > 0) await ports.remind({ ...message, failed }, (share / rate) * 1_000);
  else if (looks > 1) await ports.remind({ ...message, looks: looks - 1 }, SECOND_LOOK);
  else ports.log.info("All possible dead letters are resolved.", { order, failed });
}

/** Answers false if it cannot be resolved. */
async function resolveOneOf(id: string, order: ResolveDeadLetters, ports: ControlPorts): Promise<boolean> {
  const item = await ports.deadLetters.read(id);
  if (!item || item.resolved) return true;
  try {
    await resolveDeadLetter(item, order, ports);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    ports.log.error(`Dead letter ${id} stays: ${error.message}`, { deadLetter: id });
    return false;
  }
}

function subscriberOf({ target }: ResolveDeadLetters): string | undefined {
  return "subscriber" in target ? target.subscriber : undefined;
}
