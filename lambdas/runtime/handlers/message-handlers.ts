import type { BusEvent } from "../../../lib/contract/envelope.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import type { InputOf } from "../../../lib/contract/schema.ts";
import type { EventTriggerSpec } from "../../../lib/contract/trigger/event.ts";
import type { QueueTriggerSpec } from "../../../lib/contract/trigger/queue.ts";
import type { Translate, TriggerSpec } from "../../../lib/contract/trigger/trigger.ts";
import { setting } from "../aws/environment.ts";
import { sourceQueue, withoutCopies } from "../aws/queues/queue.ts";
import { readMessage } from "../ingress/read-message.ts";
import type { SourceQueue } from "../ports/queue.ts";
import { openIngress } from "./open-ingress.ts";
import { queueHandler } from "./queue-handler.ts";

/** The Lambda handler of an event, file or alarm trigger: `export const handler = events(uploads, (file) => ({ … }))`. */
export function events<E extends EventContract, Payload>(
  spec: EventTriggerSpec<E, Payload>,
  translate?: Translate<Payload, InputOf<E["schema"]>>,
) {
  const queue = sourceQueue(setting("queue"));
  return messages(spec, queue, (event) => spec.read(event as BusEvent), translate);
}

/** The Lambda handler of a queue trigger: `export const handler = queueMessages(orders, (order) => ({ … }))`. */
export function queueMessages<E extends EventContract>(
  spec: QueueTriggerSpec<E>,
  translate?: Translate<any, InputOf<E["schema"]>>,
) {
  return messages(
    spec,
    withoutCopies(sourceQueue(setting("queue"))),
    (payload, identity) => ({ ...identity, payload }),
    translate,
  );
}

function messages(
  spec: TriggerSpec & { event: EventContract },
  queue: SourceQueue,
  read: Parameters<typeof readMessage>[2],
  translate: ((payload: any) => unknown) | undefined,
) {
  const ingress = openIngress(spec);
  return queueHandler(
    spec.name,
    () => queue,
    async ({ record, log, metrics }) => {
      const one = readMessage(record, spec.name, read);
      const arrival = "findings" in one ? one : { ...one, contract: spec.event, translate };
      const [outcome] = await ingress([arrival], log, metrics);
      if (outcome === "refused") throw new Error("The bus rejected the event.");
      return "finished";
    },
  );
}
