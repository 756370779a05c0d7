import type { ListMessage } from "../../../../contract/messages/list-message.ts";
import { wrap } from "../../../jsonata.ts";
import type { Position } from "../../../position.ts";
import { ENTRY, RETRY_SEND, sendAndWait } from "../../../send.ts";

type Written<Message> = Parameters<typeof sendAndWait<Message>>[1];

/** The task of a state that requests something for a list, at its path, from the queue of waits. */
export function requestsFor({ bindings, deadline }: Position, path: string) {
  return <Message extends ListMessage>(message: Omit<Written<Message>, "path" | "entered" | "attempt">) => ({
    ...sendAndWait<Message>(bindings.waitQueueUrl, { ...message, path, ...ENTRY } as Written<Message>),
    TimeoutSeconds: deadline,
    Retry: [RETRY_SEND],
  });
}

/** The fields of a failure that a variable holds as Step Functions has reported it. */
export function failureIn(variable: string) {
  return { error: wrap(`${variable}.Error`), cause: wrap(`${variable}.Cause`) };
}
