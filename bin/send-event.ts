import { type Sending, send } from "../lambdas/runtime/publish/send.ts";
import type { Session } from "./session.ts";

/** Sends an event from `source`, as the API does. Answers its id. */
export async function sendEvent(
  sending: Sending,
  source: string,
  { publisher }: Pick<Session, "publisher">,
): Promise<string> {
  return await send(sending, (await publisher(source)).publish);
}
