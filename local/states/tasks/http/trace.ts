import { STATUS_CODES } from "node:http";
import type { OutboundResponse } from "../../../kernel/outbound.ts";
import type { HttpTaskParameters } from "./parameters.ts";
import { type Additions, type HttpTaskRequest, requestOf } from "./request.ts";

/** Takes what TestState shows of an HTTP task at the level TRACE. */
export interface HttpTrace {
  /** Whether the request is shown with what the connection adds to it. */
  readonly secrets: boolean;
  note(what: "request" | "response", shown: object): void;
}

export function shownRequest({ method, url, headers, body }: HttpTaskRequest): object {
  return {
    protocol: url.protocol.slice(0, -1),
    method,
    url: url.href,
    headers: headersText(headers),
    ...(body !== undefined && { body }),
  };
}

/** The part of a request that the state defines. */
export function withoutSecrets(
  sent: HttpTaskRequest,
  task: HttpTaskParameters,
  { query, body }: Additions,
  region: string,
): HttpTaskRequest {
  const own = {
    ...task,
    QueryParameters: without(task.QueryParameters, query),
    RequestBody: body.length === 0 ? task.RequestBody : without(task.RequestBody, body),
  };
  const defined = requestOf(own as HttpTaskParameters, { headers: [], query: [], body: [] }, region);
  const isSent = ([name, value]: [string, string]) =>
    sent.headers.some((one) => one[0] === name && one[1] === value);
  return { ...defined, headers: defined.headers.filter(isSent) };
}

export function shownResponse({ url }: HttpTaskRequest, { status, headers, body }: OutboundResponse): object {
  return {
    protocol: url.protocol.slice(0, -1),
    statusCode: String(status),
    ...(STATUS_CODES[status] !== undefined && { statusMessage: STATUS_CODES[status] }),
    headers: headersText(headers),
    body: body.toString("utf8"),
  };
}

/** Without the members that are replaced. */
function without(given: unknown, added: Additions["body"]): Record<string, unknown> | undefined {
  const replaced = new Set(added.map(([name]) => name));
  if (given === undefined) return undefined;
  return Object.fromEntries(Object.entries(given as object).filter(([name]) => !replaced.has(name)));
}

const headersText = (headers: readonly (readonly [string, string])[]) =>
  `[${headers.map(([name, value]) => `${name}: ${value}`).join(", ")}]`;
