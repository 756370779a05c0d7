import { DefinitionError } from "../definition-error.ts";
import type { EventContract } from "../event.ts";
import { isWhole } from "../whole-number.ts";
import type { Signature } from "./signature.ts";
import { type TriggerSpec, triggerName } from "./trigger.ts";

/** Who may send: holders of the secret or, with a stated reason, everyone. */
export type Senders =
  | { signature: Signature; unsigned?: undefined }
  | { unsigned: string; signature?: undefined };

export interface RequestOptions {
  /**
   * The largest accepted body, in bytes: at most 256 KiB, so that it can be stored anywhere it may be needed.
   * @default 256 KiB
   */
  largest?: number;
}

/** A URL to which an external service sends requests that become events. */
export interface RequestTriggerSpec extends TriggerSpec {
  readonly signature: Signature | undefined;
  readonly largest: number;
  /** OPTIONS where senders ask for permission before they send. */
  readonly methods: readonly ("POST" | "OPTIONS")[];
}

const LARGEST = 256 * 1024;

/** What all triggers of this kind have. Throws a DefinitionError that names the invalid option. */
export function requestTrigger(
  kind: string,
  name: string,
  events: readonly EventContract[],
  { signature, unsigned, largest = LARGEST }: RequestOptions & Senders,
): RequestTriggerSpec {
  triggerName(kind, name);
  if (!signature && !unsigned?.trim()) {
    throw new DefinitionError(
      `${kind} "${name}" would accept requests from anyone. Set the sender's "signature", or give a reason in "unsigned".`,
    );
  }
  if (!isWhole(largest, 1, LARGEST)) {
    throw new DefinitionError(
      `${kind} "${name}": largest is ${largest}; it must be a whole number of bytes from 1 to ${LARGEST}.`,
    );
  }
  return { name, events, signature, largest, methods: ["POST"] };
}
