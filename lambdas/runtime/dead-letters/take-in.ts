import { fieldsOf } from "../../../lib/contract/is-object.ts";
import { type DeadLetterItem, isActive } from "../../../lib/contract/table.ts";
import type { Disposition } from "../ports/disposition.ts";
import { handOver } from "../runs/transitions.ts";
import { answered } from "./answered.ts";
import { deadLetterOf } from "./dead-letter.ts";
import { stepInGroup } from "./group.ts";
import type { DeadMessage } from "./message.ts";
import type { TakeInPorts } from "./ports.ts";
import { parsed } from "./purpose.ts";
import { holdsUp, stick, unstick } from "./stuck.ts";

/**
 * Stores a dead-lettered message in the table, once for all deliveries. The run is marked first: when the
 * letter is resolved, the mark exists and is removed. A message whose step has its answer in its claim needs
 * no decision, and is not stored.
 */
export async function takeIn(message: DeadMessage, ports: TakeInPorts): Promise<Disposition> {
  if (await handedOver(message, ports)) return "finished";
  const known = { deployed: await ports.queues(), sibling: ports.sibling };
  const letter = deadLetterOf(message, known, { now: ports.now(), retentionDays: ports.retentionDays });
  const item = { ...letter, ...(await stepInGroup(letter, ports)) };
  const answer = await answered(item, ports);
  if (typeof answer === "object" && answer.until > ports.now())
    return { at: answer.until, why: "a worker holds the claim of its step" };
  if (answer === true) ports.log.info("The dead message's step has its answer.", aboutOf(item));
  else await keep(item, ports);
  return "finished";
}

/**
 * The message of a run without an execution is not stored: an execution takes over, with messages of its own.
 */
async function handedOver({ body }: DeadMessage, { runs, now, log }: TakeInPorts): Promise<boolean> {
  const { run, express } = fieldsOf(parsed(body));
  const { id, epoch } = fieldsOf(run);
  if (express === undefined || typeof id !== "string") return false;
  const found = await runs.change(id, (found) => (found.epoch === epoch ? handOver(now())(found) : found));
  if (!found || found.epoch !== epoch || !isActive(found.status)) return false;
  log.warn("The message of a run without an execution is dead; an execution takes over.", { run: id });
  return true;
}

async function keep(item: DeadLetterItem, ports: TakeInPorts): Promise<void> {
  const { id, subscriber, run } = item;
  if (holdsUp(item)) await ports.runs.change(run!, stick(item));
  const { kept, isNew } = await ports.deadLetters.keep(item);
  // It was delivered twice, and an operator resolved it in between.
  if (kept.resolved && holdsUp(item)) await ports.runs.change(run!, unstick(id, kept.resolved));
  if (!isNew) return;
  ports.metrics.count("DeadLetters", 1, { subscriber });
  ports.log.error(`A message of ${subscriber} is a dead letter.`, aboutOf(item));
}

function aboutOf({ id, subscriber, purpose, run, path, event, reason }: DeadLetterItem) {
  return { deadLetter: id, subscriber, purpose, run, path, event: event?.id, reason };
}
