import type { EventContract } from "../event.ts";
import { type TriggerSpec, triggerName } from "./trigger.ts";

/** Messages of an existing queue that become events. */
export interface QueueTriggerSpec<E extends EventContract = EventContract> extends TriggerSpec {
  readonly event: E;
}

/** Declares that each message of a queue, which contains JSON, is an event. */
export function defineQueueTrigger<E extends EventContract>(
  name: string,
  { event }: { event: E },
): QueueTriggerSpec<E> {
  return { name: triggerName("Queue trigger", name), event, events: [event] };
}
