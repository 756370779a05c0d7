/** The parts of an OpenAPI document from which tools are made. */
export interface OpenApi {
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, JsonSchema> };
}

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: JsonSchema }[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
}

export type JsonSchema = { [key: string]: unknown };

/** A request of the API: path with query, and a body for a change. */
export interface ApiRequest {
  method: string;
  /** Below the API's address: "/runs?status=failed". */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** A route with its arguments, each by its own name. */
export interface Route {
  /** JSON Schema of an object: parameters of path and query, and fields of the body. */
  readonly input: JsonSchema;
  request(given: Record<string, unknown>, newKey: () => string): ApiRequest;
}

/** The name of a change's idempotency key among the arguments. */
const KEY = "idempotencyKey";

/**
 * Finds "POST /runs/{run}/retry" in the API's description. Undefined if the deployment does not have the
 * route.
 */
export function routeOf(document: OpenApi, route: string): Route | undefined {
  const [method, path] = route.split(" ") as [string, string];
  const operation = document.paths[path]?.[method.toLowerCase()];
  if (!operation) return undefined;
  const parameters = (operation.parameters ?? []).filter(({ in: place }) => place !== "header");
  const isChange = method !== "GET";
  const body = resolved(operation.requestBody?.content["application/json"]?.schema, document);
  const fields = (body?.properties ?? {}) as Record<string, JsonSchema>;
  const properties = {
    ...Object.fromEntries(
      parameters.map(({ name, description, schema }) => [
        name,
        { ...(description && { description }), ...schema },
      ]),
    ),
    ...fields,
    ...(isChange && {
      [KEY]: {
        type: "string",
        maxLength: 200,
        description: "The same change again under the same key does nothing. Default: a new key",
      },
    }),
  };
  const required = [
    ...parameters.filter((one) => one.required).map(({ name }) => name),
    ...((body?.required as string[] | undefined) ?? []),
  ];
  const definitions = document.components?.schemas;
  const input = { type: "object", properties, required, additionalProperties: false };
  const text = JSON.stringify(input);
  return {
    input: text.includes("#/components/schemas/")
      ? { ...(rebased(input) as JsonSchema), $defs: rebased(definitions) }
      : input,
    request(given, newKey): ApiRequest {
      const filled = path.replace(/\{(\w+)\}/g, (_, name) => pathOf(name, given[name]));
      const query = new URLSearchParams(
        parameters
          .filter(({ name, in: place }) => place === "query" && given[name] !== undefined)
          .map(({ name }): [string, string] => [name, String(given[name])]),
      );
      const address = query.size > 0 ? `${filled}?${query}` : filled;
      if (!isChange) return { method, path: address, headers: {} };
      return {
        method,
        path: address,
        headers: {
          "content-type": "application/json",
          "idempotency-key": typeof given[KEY] === "string" ? given[KEY] : newKey(),
        },
        body: JSON.stringify(Object.fromEntries(Object.keys(fields).map((name) => [name, given[name]]))),
      };
    },
  };
}

/**
 * An argument as a part of a path. A URL resolves "." and "..", so that the request would reach another route: a model
 * that may discard one dead letter could discard all. Throws an Error.
 */
export function pathOf(argument: string, value: unknown): string {
  const parts = String(value).split("/");
  if (parts.some((part) => /^\.{0,2}$/.test(part)))
    throw new Error(
      `${argument}: ${JSON.stringify(value)} is not a name: it has an empty, "." or ".." part.`,
    );
  return parts.map(encodeURIComponent).join("/");
}

function resolved(schema: JsonSchema | undefined, { components }: OpenApi): JsonSchema | undefined {
  const reference = schema?.$ref;
  return typeof reference === "string" ? components?.schemas?.[reference.split("/").at(-1)!] : schema;
}

/** References into an OpenAPI document, as references into the schema itself. */
function rebased(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll("#/components/schemas/", "#/$defs/"));
}
