import { isObject } from "../../lib/contract/is-object.ts";
import { UsageError } from "../explain.ts";

/** A part of a JSON Schema from outside, of any dialect. */
export type ForeignSchema = boolean | { readonly [keyword: string]: any };

/** The schema of a payload in a document. */
export interface FoundSchema {
  schema: ForeignSchema;
  /** The event's name, if the document has one: the detail type of a registered event, or a message of AsyncAPI. */
  event: string | undefined;
}

const DETAIL_TYPE = "x-amazon-events-detail-type";

/**
 * Finds the schema of a payload: the component of that name; what a schema registry of EventBridge describes
 * as `detail`; the only component; or the document itself. Throws a UsageError that names the components.
 */
export function findSchema(document: unknown, name: string | undefined, origin: string): FoundSchema {
  if (!isObject(document))
    throw new UsageError(`${origin} is no JSON Schema, and no OpenAPI or AsyncAPI document.`);
  const components = componentsOf(document);
  const names = Object.keys(components);
  if (name !== undefined) {
    if (!Object.hasOwn(components, name))
      throw new UsageError(`${origin} has no schema "${name}". It has: ${names.join(", ") || "none"}.`);
    return { schema: components[name]!, event: messageOf(document, name) };
  }
  for (const envelope of [document as ForeignSchema, ...Object.values(components)]) {
    if (typeof envelope === "boolean" || envelope[DETAIL_TYPE] === undefined) continue;
    const detail = envelope.properties?.detail;
    if (detail !== undefined) return { schema: detail, event: envelope[DETAIL_TYPE] };
  }
  if (!("openapi" in document) && !("asyncapi" in document)) return { schema: document, event: undefined };
  if (names.length === 1) return { schema: components[names[0]!]!, event: undefined };
  throw new UsageError(
    `${origin} has several schemas. Choose one with --schema: ${names.join(", ") || "none is in components"}.`,
  );
}

/** Finds what a reference within the document names. Throws a UsageError if there is nothing. */
export function resolveReference(document: unknown, reference: string): ForeignSchema {
  const path = reference.startsWith("#/") ? reference.slice(2).split("/") : [];
  const found = path
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<any>((at, part) => (isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined), document);
  if (path.length === 0 || found === undefined)
    throw new UsageError(
      `The reference "${reference}" leads to no schema of this document. Put all schemas into one document first.`,
    );
  return found;
}

/** The name of the message that has this component as its payload. */
function messageOf(document: Record<string, any>, component: string): string | undefined {
  const messages: { name?: string; payload?: { $ref?: string } }[] = Object.values(
    document.components?.messages ?? {},
  );
  return messages.find(({ payload }) => payload?.$ref === `#/components/schemas/${component}`)?.name;
}

function componentsOf(document: Record<string, any>): Record<string, ForeignSchema> {
  return document.components?.schemas ?? document.$defs ?? document.definitions ?? {};
}
