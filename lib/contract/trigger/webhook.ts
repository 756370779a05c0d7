import { DefinitionError } from "../definition-error.ts";
import type { EventContract } from "../event.ts";
import type { Signature } from "./signature.ts";
import { type TriggerSpec, triggerName } from "./trigger.ts";

interface WebhookOptionsBase<E extends EventContract> {
  event: E;
  /**
   * The largest accepted body, in bytes: at most 256 KiB, so that it can be stored anywhere it may be needed.
   * @default 256 KiB
   */
  largest?: number;
}

/** Who may send: holders of the secret or, with a stated reason, everyone. */
type WebhookOptions<E extends EventContract> = WebhookOptionsBase<E> &
  ({ signature: Signature; unsigned?: undefined } | { unsigned: string; signature?: undefined });

/** A URL to which an external service sends requests that become events. */
export interface WebhookSpec<E extends EventContract = EventContract> extends TriggerSpec {
  readonly event: E;
  readonly signature: Signature | undefined;
  readonly largest: number;
}

const LARGEST = 256 * 1024;

/** Declares a webhook. Throws a DefinitionError that names the invalid option. */
export function defineWebhook<E extends EventContract>(
  name: string,
  { event, signature, unsigned, largest = LARGEST }: WebhookOptions<E>,
): WebhookSpec<E> {
  triggerName("Webhook", name);
  if (!signature && !unsigned?.trim()) {
    throw new DefinitionError(
      `Webhook "${name}" would accept requests from anyone. Set the sender's "signature", or give a reason in "unsigned".`,
    );
  }
  if (!Number.isInteger(largest) || largest < 1 || largest > LARGEST) {
    throw new DefinitionError(
      `Webhook "${name}": largest is ${largest}; it must be a whole number of bytes from 1 to ${LARGEST}.`,
    );
  }
  return { name, event, events: [event], signature, largest };
}
