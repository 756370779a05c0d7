import { toCloudEvent } from "../../../lib/contract/cloud-event.ts";
import type { CloudEventDeliverySpec } from "../../../lib/contract/delivery-by-http.ts";
import { setting } from "../aws/environment.ts";
import { rotatedSecret } from "../aws/secrets.ts";
import { post } from "../post/post.ts";
import { reaction } from "./reaction-handler.ts";

/** A secret that was put is used within this time. */
const SECRETS_LAST = 5 * 60_000;

/** The Lambda handler of a delivery: `export const handler = deliverCloudEvents(shipments)`. */
export function deliverCloudEvents(spec: CloudEventDeliverySpec) {
  const secrets = rotatedSecret(setting("secret"));
  const ports = {
    url: setting("destination"),
    secrets: () => secrets.valid(SECRETS_LAST),
    fetch,
    now: Date.now,
  };
  return reaction(spec, async (data, { event, signal, traceparent }) => {
    const sent = toCloudEvent({ ...event, traceparent: traceparent ?? event.traceparent }, data as object);
    await post(sent, spec.posts, signal, ports);
  });
}
