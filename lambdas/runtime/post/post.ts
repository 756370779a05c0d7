import { createHmac } from "node:crypto";
import type { CloudEvent } from "../../../lib/contract/cloud-event.ts";
import type { CloudEventMode } from "../../../lib/contract/delivery-by-http.ts";
import { giveUp, waitAndRetry } from "../../../lib/contract/failure.ts";
import { standardWebhooksKey } from "../../../lib/contract/trigger/signature.ts";
import type { Now } from "../ports/clock.ts";
import { type CloudEventRequest, cloudEventRequest, headerText } from "./cloud-event-request.ts";

export interface PostPorts {
  url: string;
  /** The secrets that are valid now: a receiver that has any of them can verify the request. */
  secrets(): Promise<string[]>;
  fetch: typeof fetch;
  now: Now;
}

/** Answers that another attempt can change. */
const TEMPORARY = [408, 425];

/**
 * Posts an event, signed by Standard Webhooks, under the event's id: each attempt is the same event for its receiver.
 * Throws a failure whose policy follows from the answer: what the receiver refuses is not tried again, what it has no room
 * for waits.
 */
export async function post(
  event: CloudEvent,
  mode: CloudEventMode,
  signal: AbortSignal,
  { url, secrets, fetch, now }: PostPorts,
): Promise<void> {
  const { headers, body } = signed(cloudEventRequest(event, mode), event.id, await secrets(), now());
  // A redirect could lead anywhere, also into a network that only this function sees.
  const answer = await fetch(url, { method: "POST", body, headers, redirect: "manual", signal });
  await answer.body?.cancel();
  const { status, ok } = answer;
  if (ok) return;
  const what = `${new URL(url).host} answered ${status}`;
  const after = retryAfter(answer.headers.get("retry-after"), now());
  if (status === 429 || (status === 503 && after !== undefined)) throw waitAndRetry(`${what}.`, after);
  if (status >= 500 || TEMPORARY.includes(status)) throw new Error(`${what}.`);
  if (status === 410)
    throw giveUp(`${what}: it wants no more events. Remove the delivery.`, { name: "DestinationGone" });
  throw giveUp(
    `${what}, which another attempt does not change. Fix the destination, and redrive the event.`,
    {
      name: "DeliveryRefused",
    },
  );
}

function signed(
  { headers, body }: CloudEventRequest,
  event: string,
  secrets: readonly string[],
  now: number,
): CloudEventRequest {
  // Dots divide what is signed. A producer that chooses ids could otherwise have it read as another time and body.
  const id = headerText(event).replaceAll(".", "%2E");
  const timestamp = String(Math.floor(now / 1000));
  const signatures = secrets.map((secret) => {
    const mac = createHmac("sha256", standardWebhooksKey(secret)).update(`${id}.${timestamp}.${body}`);
    return `v1,${mac.digest("base64")}`;
  });
  const signature = {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
  return { headers: { ...headers, ...signature }, body };
}

/** Milliseconds, of seconds or a date; undefined where it is neither. */
function retryAfter(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
