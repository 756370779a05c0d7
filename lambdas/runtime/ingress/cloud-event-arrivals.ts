import { type CloudEvent, isJsonType } from "../../../lib/contract/cloud-event.ts";
import type { CloudEventsSpec } from "../../../lib/contract/trigger/cloud-events.ts";
import type { Occurrence } from "../../../lib/contract/trigger/trigger.ts";
import type { Arrival } from "./ingress.ts";
import { jsonOrText } from "./payload.ts";

export type CloudEventConversions = Readonly<
  Record<string, ((data: unknown, event: CloudEvent) => unknown) | undefined>
>;

/** The event that a CloudEvent becomes: its data, converted where its type has a conversion. */
export function arrivalOfCloudEvent(
  occurrence: Occurrence,
  { types, events }: CloudEventsSpec,
  conversions: CloudEventConversions,
): Arrival {
  const { type } = occurrence.payload as CloudEvent;
  const contract = Object.hasOwn(types, type) ? types[type] : undefined;
  // One of another type is let in as none: it is ignored.
  if (!contract) return { ...occurrence, contract: events[0]!, translate: () => undefined };
  const convert = Object.hasOwn(conversions, type) ? conversions[type] : undefined;
  return {
    ...occurrence,
    contract,
    translate: (event: CloudEvent) => {
      const data = contentOf(event);
      // An event without data has said all by its type: its payload has no fields.
      return convert ? convert(data, event) : (data ?? {});
    },
  };
}

/** What JSON says, where the event's data are JSON that came as bytes. */
export function contentOf({ data, data_base64: bytes, datacontenttype }: CloudEvent): unknown {
  return data === undefined && bytes !== undefined && isJsonType(datacontenttype)
    ? jsonOrText(Buffer.from(bytes, "base64").toString("utf8"))
    : data;
}
