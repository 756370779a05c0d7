import type { CloudEvent } from "../../../lib/contract/cloud-event.ts";
import type { CloudEventMode } from "../../../lib/contract/delivery-by-http.ts";

/** A CloudEvent as an HTTP request carries it. */
export interface CloudEventRequest {
  headers: Record<string, string>;
  body: string;
}

/** A CloudEvent with JSON data as a request: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md */
export function cloudEventRequest(event: CloudEvent, mode: CloudEventMode = "structured"): CloudEventRequest {
  if (mode === "structured") {
    const headers = { "content-type": "application/cloudevents+json" };
    return { headers, body: JSON.stringify(event) };
  }
  const { data, datacontenttype = "application/json", ...attributes } = event;
  const named = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null);
  return {
    headers: {
      ...Object.fromEntries(named.map(([name, value]) => [`ce-${name}`, headerText(String(value))])),
      "content-type": datacontenttype,
    },
    body: data === undefined ? "" : JSON.stringify(data),
  };
}

/** Text as a header may contain it: what is not printable ASCII, and what would end a value, is percent-encoded. */
export function headerText(text: string): string {
  return text.replace(/[^\x21\x23\x24\x26-\x7e]/gu, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
}
