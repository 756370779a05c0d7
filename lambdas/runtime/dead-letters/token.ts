import { isObject } from "../../../lib/contract/is-object.ts";
import { parsed } from "./purpose.ts";

/** The token of the state that waits for a message: in the message, and in a command to send it again. */
const TOKEN = "taskToken";
const SENT_AGAIN = "message";

/** A body as people see it, without the token: the token alone is enough to answer for the step or the person. */
export function shownBody(body: string): string {
  const message = parsed(body);
  if (!isObject(message)) return body;
  const inner = message[SENT_AGAIN];
  const innerHasToken = isObject(inner) && TOKEN in inner;
  if (!(TOKEN in message || innerHasToken)) return body;
  const shown = without(message);
  return JSON.stringify(innerHasToken ? { ...shown, [SENT_AGAIN]: without(inner) } : shown);
}

/** An edited message with the token of the original, which its editor may not have seen. */
export function withTokenOf(
  original: Record<string, unknown>,
  edited: Record<string, unknown>,
): Record<string, unknown> {
  const whole = withToken(original, edited);
  const [before, after] = [original[SENT_AGAIN], whole[SENT_AGAIN]];
  return isObject(before) && isObject(after) ? { ...whole, [SENT_AGAIN]: withToken(before, after) } : whole;
}

function withToken(original: Record<string, unknown>, edited: Record<string, unknown>) {
  return TOKEN in original && !(TOKEN in edited) ? { ...edited, [TOKEN]: original[TOKEN] } : edited;
}

function without({ [TOKEN]: _, ...others }: Record<string, unknown>): Record<string, unknown> {
  return others;
}
