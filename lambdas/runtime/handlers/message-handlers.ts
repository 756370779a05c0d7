import type { SQSRecord } from "aws-lambda";
import type { BusEvent } from "../../../lib/contract/envelope.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import { derivedEventId } from "../../../lib/contract/event-id.ts";
import type { InputOf } from "../../../lib/contract/schema.ts";
import type { EventTriggerSpec } from "../../../lib/contract/trigger/event.ts";
import type { QueueTriggerSpec } from "../../../lib/contract/trigger/queue.ts";
import type { Occurrence, Translate, TriggerSpec } from "../../../lib/contract/trigger/trigger.ts";
import { setting } from "../aws/environment.ts";
import { sourceQueue, withoutCopies } from "../aws/queues/queue.ts";
import { jsonOrText } from "../ingress/payload.ts";
import type { SourceQueue } from "../ports/queue.ts";
import { openIngress } from "./open-ingress.ts";
import { queueHandler } from "./queue-handler.ts";

/** The Lambda handler of an event, file or alarm trigger: `export const handler = events(uploads, (file) => ({ … }))`. */
export function events<E extends EventContract, Payload>(
  spec: EventTriggerSpec<E, Payload>,
  translate?: Translate<Payload, InputOf<E["schema"]>>,
) {
  const queue = sourceQueue(setting("queue"));
  return messages(spec, queue, ({ body }) => spec.read(JSON.parse(body) as BusEvent), translate);
}

/** The Lambda handler of a queue trigger: `export const handler = queueMessages(orders, (order) => ({ … }))`. */
export function queueMessages<E extends EventContract>(
  spec: QueueTriggerSpec<E>,
  translate?: Translate<any, InputOf<E["schema"]>>,
) {
  return messages(
    spec,
    // The message's id identifies the occurrence.
    withoutCopies(sourceQueue(setting("queue"))),
    ({ messageId, body, attributes }) => ({
      id: derivedEventId(spec.name, messageId),
      time: new Date(Number(attributes.SentTimestamp)).toISOString(),
      payload: jsonOrText(body),
    }),
    translate,
  );
}

function messages(
  spec: TriggerSpec & { event: EventContract },
  queue: SourceQueue,
  read: (record: SQSRecord) => Occurrence,
  translate: ((payload: any) => unknown) | undefined,
) {
  const ingress = openIngress(spec);
  return queueHandler(
    spec.name,
    () => queue,
    async ({ record, log, metrics }) => {
      const [outcome] = await ingress([{ ...read(record), contract: spec.event, translate }], log, metrics);
      if (outcome === "refused") throw new Error("The bus rejected the event.");
      return "finished";
    },
  );
}
