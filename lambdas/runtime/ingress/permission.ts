import type { CloudEventsSpec } from "../../../lib/contract/trigger/cloud-events.ts";
import type { Headers } from "../../../lib/contract/trigger/signature.ts";
import type { WebhookAnswer } from "./receive.ts";

/**
 * The answer to a sender that asks whether it may send, before it sends anything:
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
 */
export function answerPermission(headers: Headers, { name, origins }: CloudEventsSpec): WebhookAnswer {
  const origin = headers["webhook-request-origin"];
  if (origin === undefined)
    return { status: 400, body: { message: "The request has no WebHook-Request-Origin." } };
  if (!origins.includes(origin) && !origins.includes("*"))
    return { status: 403, body: { message: `"${origin}" is not among the origins that ${name} permits.` } };
  const asked = headers["webhook-request-rate"];
  return {
    status: 200,
    body: {},
    headers: {
      Allow: "POST, OPTIONS",
      "WebHook-Allowed-Origin": origin,
      // The throttle of the webhook decides; what exceeds it is answered 429.
      ...(asked !== undefined && { "WebHook-Allowed-Rate": /^[1-9]\d*$/.test(asked) ? asked : "*" }),
    },
  };
}
