import type { ControlMessage } from "../../../lib/contract/messages/command.ts";

/**
 * Whether the sender of a queue message may request it. Steps and reactions run the app's own code and may
 * only have deferred messages sent again. `sender` comes from SQS, "<id of the role>:<session>", and not from
 * the message.
 */
export function maySend(
  { action }: Pick<ControlMessage, "action">,
  sender: string,
  commanders: ReadonlySet<string>,
): boolean {
  return action === "wake" || commanders.has(sender.split(":")[0]!);
}
