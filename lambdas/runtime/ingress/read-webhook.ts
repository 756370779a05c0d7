import { derivedEventId } from "../../../lib/contract/event-id.ts";
import type { WebhookSpec } from "../../../lib/contract/trigger/webhook.ts";
import { DEEPEST, isTooDeep } from "../events/depth.ts";
import { readPayload } from "./payload.ts";
import type { Reading, RequestKind } from "./receive.ts";
import type { Authentic, SignedRequest } from "./verify.ts";

/**
 * A webhook's request is one occurrence. Its identity is only what the signature covers: the delivery's id in the body,
 * else all that was signed. So a sender that sends it again, or an attacker who captured it, sends a duplicate, whatever
 * the headers contain.
 */
export const webhookRequests: RequestKind<WebhookSpec> = {
  read,
  answer: ([event]) => ({ event }),
};

function read(
  { body, headers }: SignedRequest,
  { name, signature }: WebhookSpec,
  { signed, claimed }: Authentic,
  time: string,
): Reading {
  const payload = readPayload(body, headers["content-type"]);
  if (isTooDeep(payload))
    return { refused: 400, why: `The body is nested more than ${DEEPEST} levels deep.` };
  const challenge = signature?.challenge?.(payload);
  if (challenge !== undefined) return { answer: { challenge } };
  const delivery = claimed && signature?.delivery?.(payload, claimed);
  const identity = delivery === undefined ? signed.toString("base64") : String(delivery);
  return { occurrences: [{ id: derivedEventId(name, identity), time, payload }] };
}
