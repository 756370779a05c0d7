import { DISCARDED, type FailureRecord } from "../../../lib/contract/failure.ts";
import { fieldsOf } from "../../../lib/contract/is-object.ts";
import type { ResolveDeadLetters } from "../../../lib/contract/messages/command.ts";
import type { DeadLetterItem, ResolvedDeadLetter } from "../../../lib/contract/table.ts";
import { editedBody, wrongEdit } from "../dead-letters/edit.ts";
import { parsed } from "../dead-letters/purpose.ts";
import { holdsUp, unstick } from "../dead-letters/stuck.ts";
import type { ControlPorts } from "./ports.ts";
import { Refusal } from "./refusal.ts";

/** A cause has at most 32 KiB. */
const LONGEST = 4_000;

/**
 * Sends a dead letter to its queue again, or discards it. The decision is carried out first and recorded
 * then: a crash in between repeats it, and claims and tokens remove the duplicate. Throws a Refusal if it
 * cannot be done. Returns whether a state waited for the message and failed since it is discarded.
 */
export async function resolveDeadLetter(
  item: DeadLetterItem,
  { action, by, why, key, body }: ResolveDeadLetters,
  ports: ControlPorts,
): Promise<boolean> {
  const as = action === "redrive" ? "redriven" : "discarded";
  const resolved: ResolvedDeadLetter = { as, by, why, key, at: new Date(ports.now()).toISOString() };
  if (as === "redriven") await redrive(item, body, by, ports);
  const stateFailed = as === "discarded" && (await failDiscarded(item, resolved, ports));
  if (holdsUp(item)) await ports.runs.change(item.run!, unstick(item.id, resolved));
  await ports.deadLetters.resolve(item.id, resolved, as === "redriven" ? body : undefined);
  return stateFailed;
}

async function redrive(
  item: DeadLetterItem,
  edited: string | undefined,
  by: string,
  { originQueues }: ControlPorts,
): Promise<void> {
  const wrong = edited === undefined ? undefined : wrongEdit(item, edited);
  if (wrong) throw new Refusal(wrong);
  const { queueUrl, run } = item;
  if (!queueUrl)
    throw new Refusal(
      `The source queue of dead letter ${item.id} is unknown. Discard it, or send it manually.`,
    );
  const sent = edited === undefined ? item.body : editedBody(item, edited, by);
  if (!(await originQueues.send(queueUrl, sent, run)))
    throw new Refusal(
      `The queue ${queueUrl} no longer exists: its step or subscriber is not deployed. Deploy it again, or discard dead letter ${item.id}.`,
    );
}

/** The state that waits for it fails as if its step had given up. No state waits for an event. */
async function failDiscarded(
  item: DeadLetterItem,
  { by, why }: ResolvedDeadLetter,
  { executions }: ControlPorts,
): Promise<boolean> {
  const token = tokenOf(item);
  if (token === undefined) return false;
  const { step, path } = item;
  const failure: FailureRecord = {
    policy: "give-up",
    name: "Discarded",
    message: `${by} discarded its dead letter (${item.reason}): ${why}`.slice(0, LONGEST),
  };
  const { attempt } = fieldsOf(parsed(item.body));
  const cause = JSON.stringify({ step, path, attempt, ...failure });
  return (await executions.fail(token, DISCARDED, cause)) === "delivered";
}

function tokenOf({ body }: DeadLetterItem): string | undefined {
  const { taskToken } = fieldsOf(parsed(body));
  return typeof taskToken === "string" ? taskToken : undefined;
}
