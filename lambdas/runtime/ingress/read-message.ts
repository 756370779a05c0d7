import { derivedEventId } from "../../../lib/contract/event-id.ts";
import type { Occurrence, Unreadable } from "../../../lib/contract/trigger/trigger.ts";
import { DEEPEST, isTooDeep } from "../events/depth.ts";
import { jsonOrText } from "./payload.ts";

/** A message of a queue. */
export interface Message {
  messageId: string;
  body: string;
  attributes: { SentTimestamp: string };
}

/** What a message says. Its id identifies the occurrence, since senders of queues name none. */
export function readMessage(
  { messageId, body, attributes }: Message,
  trigger: string,
  read: (content: unknown, identity: Pick<Occurrence, "id" | "time">) => Occurrence,
): Occurrence | Unreadable {
  const content = jsonOrText(body);
  const identity = {
    id: derivedEventId(trigger, messageId),
    time: new Date(Number(attributes.SentTimestamp)).toISOString(),
  };
  if (!isTooDeep(content)) return read(content, identity);
  const message = `The message is nested more than ${DEEPEST} levels deep.`;
  return { ...identity, body, findings: [{ path: "", message }] };
}
