import { isObject } from "../../kernel/is-object.ts";
import { tryParseJson } from "../../kernel/json-text.ts";
import type { Additions } from "../connections/connections.ts";
import { InputError } from "../input.ts";
import type { DestinationSettings } from "./destinations.ts";

/** What a target adds to a request; paths are already replaced by their values. */
export interface TargetParameters {
  PathParameterValues?: string[];
  HeaderParameters?: Record<string, string>;
  QueryStringParameters?: Record<string, string>;
}

export interface DestinationRequest {
  url: URL;
  headers: [name: string, value: string][];
  body: string;
}

/** Headers that the service sets itself, or takes out of what it is given. */
const REMOVED = new Set(
  `A-IM Accept-Charset Accept-Datetime Accept-Encoding Cache-Control Connection Content-Encoding Content-Length
   Content-MD5 Date Expect Forwarded From Host HTTP2-Settings If-Match If-Modified-Since If-None-Match If-Range
   If-Unmodified-Since Max-Forwards Origin Pragma Proxy-Authorization Range Referer TE Trailer Transfer-Encoding
   User-Agent Upgrade Via Warning`
    .toLowerCase()
    .split(/\s+/),
);

const OWN: [string, string][] = [
  ["User-Agent", "Amazon/EventBridge/ApiDestinations"],
  ["Range", "bytes=0-1048575"],
  ["Accept-Encoding", "gzip,deflate"],
];
const CONTENT_TYPE: [string, string] = ["Content-Type", "application/json; charset=utf-8"];

/**
 * The request for an event. What the connection adds takes precedence over what the target adds. Throws
 * InputError for a body that the connection's parameters cannot be added to.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
 */
export function requestFor(
  { InvocationEndpoint }: Pick<DestinationSettings, "InvocationEndpoint">,
  body: string,
  { PathParameterValues = [], HeaderParameters = {}, QueryStringParameters = {} }: TargetParameters,
  additions: Additions,
): DestinationRequest {
  const values = [...PathParameterValues];
  const url = new URL(
    InvocationEndpoint.replaceAll("*", (wildcard) => {
      const value = values.shift();
      return value === undefined ? wildcard : encodeURIComponent(value);
    }),
  );
  const query = [...url.searchParams, ...Object.entries(QueryStringParameters), ...additions.query];
  url.search = [...new Map(query)].map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
  const given = [CONTENT_TYPE, ...Object.entries(HeaderParameters), ...additions.headers].filter(
    ([name]) => !REMOVED.has(name.toLowerCase()),
  );
  const headers = new Map(given.map((header) => [header[0].toLowerCase(), header]));
  return { url, headers: [...OWN, ...headers.values()], body: withParameters(body, additions.body) };
}

function withParameters(body: string, parameters: Additions["body"]): string {
  if (parameters.length === 0) return body;
  const value = tryParseJson(body);
  if (!isObject(value)) {
    throw new InputError("The body parameters of the connection can be added only to a JSON object.");
  }
  return JSON.stringify({ ...value, ...Object.fromEntries(parameters) });
}
