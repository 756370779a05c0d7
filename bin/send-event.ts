import { NotPublished } from "../lambdas/runtime/publish/publish.ts";
import { type Sending, send } from "../lambdas/runtime/publish/send.ts";
import { UsageError } from "./explain.ts";
import { nameOf } from "./payload.ts";
import type { Session } from "./session.ts";

/** Sends an event from `source`, as the API does. Answers its id. */
export async function sendEvent(
  sending: Sending,
  source: string,
  { publisher }: Pick<Session, "publisher">,
): Promise<string> {
  try {
    return await send(sending, publisher(source).publish);
  } catch (error) {
    if (!(error instanceof NotPublished)) throw error;
    throw new UsageError(
      `The bus rejected the event ${nameOf(sending.contract)}. Try again. If it happens again, check the metrics of the bus.`,
    );
  }
}
