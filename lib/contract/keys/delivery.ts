import { workflowOfRun } from "../runs/run-id.ts";
import type { ItemKey } from "./item-key.ts";

/** One per event and subscriber. */
export function deliveryKey(event: string, subscriber: string): ItemKey {
  return { pk: `delivery#${event}`, sk: subscriber };
}

export function deadLetterKey(id: string): ItemKey {
  return { pk: `dead-letter#${id}`, sk: "dead-letter" };
}

export function quarantineKey(id: string): ItemKey {
  return { pk: `quarantine#${id}`, sk: "quarantine" };
}

/** The trigger, workflow or reaction that quarantined an event, from its key. */
export function quarantinedBy({ pk }: Pick<ItemKey, "pk">): string {
  return workflowOfRun(pk.slice("quarantine#".length));
}

/** The parts of a body, next to the item of their message, from 0 on. */
export function bodyPartKey({ pk }: ItemKey, part: number): ItemKey {
  return { pk, sk: `body#${part}` };
}
