import type { EventContract } from "../event.ts";
import { type JsonSchema, jsonSchemaIn } from "../schema.ts";
import { namedSchemas } from "./definitions.ts";

/** The fields that EventBridge adds to every event, next to `detail`. */
const text = { type: "string" };
const AROUND = {
  account: text,
  "detail-type": text,
  id: text,
  region: text,
  resources: { type: "array", items: text },
  source: text,
  time: { type: "string", format: "date-time" },
  version: text,
};

/**
 * An OpenAPI document of one version of an event, in the form of EventBridge's schema registry: the bus's
 * envelope around the payload. Code bindings are generated from it.
 */
export function openApi(contract: EventContract): object {
  const { name, version } = contract;
  const payload = typeName(name);
  const schema = jsonSchemaIn("openapi-3.0", contract.schema, "input", `Event "${name}" version ${version}`);
  const event: JsonSchema = {
    type: "object",
    required: [...Object.keys(AROUND), "detail"],
    properties: { ...AROUND, detail: { $ref: `#/components/schemas/${payload}` } },
    "x-amazon-events-detail-type": name,
  };
  return {
    openapi: "3.0.0",
    info: { title: payload, version: String(version) },
    paths: {},
    components: { schemas: { AWSEvent: event, ...namedSchemas(payload, schema, "#/components/schemas") } },
  };
}

/** "VideoRequested" of "video.requested". */
function typeName(event: string): string {
  return event.replaceAll(/(^|[.-])([a-z0-9])/g, (_, _before, first: string) => first.toUpperCase());
}
