import type { ControlMessage } from "../../../lib/contract/command.ts";

/**
 * Whether who sent a message to the queue may ask for it. Steps and reactions run code of the app's own and may only have
 * deferred messages brought back. `sender` is what SQS itself says, "<id of the role>:<session>", and not the message.
 */
export function maySend(
  { action }: Pick<ControlMessage, "action">,
  sender: string,
  commanders: ReadonlySet<string>,
): boolean {
  return action === "wake" || commanders.has(sender.split(":")[0]!);
}
