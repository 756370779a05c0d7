import type { CloudEvent } from "../../../lib/contract/cloud-event.ts";
import type { InputOf } from "../../../lib/contract/schema.ts";
import type { CloudEventsSpec, CloudEventTypes } from "../../../lib/contract/trigger/cloud-events.ts";
import { arrivalOfCloudEvent, type CloudEventConversions } from "../ingress/cloud-event-arrivals.ts";
import { answerPermission } from "../ingress/permission.ts";
import { cloudEventRequests } from "../ingress/read-cloud-events.ts";
import { requestHandler } from "./request-handler.ts";

/** How the data of each type become the payload of its contract; undefined publishes nothing. */
type Conversions<Types extends CloudEventTypes> = {
  readonly [Type in keyof Types]?: (
    data: any,
    event: CloudEvent,
  ) => InputOf<Types[Type]["schema"]> | undefined;
};

/**
 * The Lambda handler of a webhook for CloudEvents: `export const handler = cloudEvents(shopEvents)`. Data are taken
 * unchanged, but for the types that have a conversion.
 */
export function cloudEvents<Types extends CloudEventTypes>(
  spec: CloudEventsSpec<Types>,
  conversions: Conversions<Types> = {},
) {
  return requestHandler({
    spec,
    kind: cloudEventRequests,
    arrivalOf: (occurrence) => arrivalOfCloudEvent(occurrence, spec, conversions as CloudEventConversions),
    permit: (headers) => answerPermission(headers, spec),
  });
}
