import type { EventContract } from "../event.ts";
import { type RequestOptions, type RequestTriggerSpec, requestTrigger, type Senders } from "./request.ts";

type WebhookOptions<E extends EventContract> = RequestOptions & Senders & { event: E };

/** A URL whose requests become events of one contract. */
export interface WebhookSpec<E extends EventContract = EventContract> extends RequestTriggerSpec {
  readonly event: E;
}

/** Declares a webhook. Throws a DefinitionError that names the invalid option. */
export function defineWebhook<E extends EventContract>(
  name: string,
  { event, ...options }: WebhookOptions<E>,
): WebhookSpec<E> {
  return { ...requestTrigger("Webhook", name, [event], options), event };
}
