import type { EventContract } from "../../../lib/contract/event.ts";
import { derivedEventId } from "../../../lib/contract/event-id.ts";
import type { Publisher } from "./publish.ts";

/** An event that a person or a program sends by the command line or the API. */
export interface Sending {
  contract: EventContract;
  payload: unknown;
  /** Idempotency key: the same event under the same key is one event, whichever way it is sent. */
  key: string;
  /** The run to which it is sent; matched with its waits if the contract has no key. */
  subject?: string | undefined;
  correlation?: string | undefined;
}

/** Checks an event and publishes it. Answers its id, which follows from its name and its key. */
export async function send(
  { contract, payload, key, subject, correlation }: Sending,
  publish: Publisher["publish"],
): Promise<string> {
  const id = derivedEventId("sent", contract.name, key);
  return await publish(contract, payload, { id, subject, correlation });
}
