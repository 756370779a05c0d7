import { badRequest } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import type { Response } from "./response.ts";
import { requestLookup, responseLookup, select } from "./selection.ts";

/** Changes to a request or a response: "append:header.x-id" → "$context.requestId". */
export type Mapping = Record<string, string>;

type Values = Record<string, string | string[]>;

const REQUEST_KEY = /^(?:(?:append|overwrite|remove):(?:header|querystring)\..+|overwrite:path)$/;
const RESPONSE_KEY = /^(?:(?:append|overwrite|remove):header\..+|overwrite:statuscode)$/;

export function checkRequestMapping(mapping: Mapping): void {
  for (const key of Object.keys(mapping)) {
    if (!REQUEST_KEY.test(key)) throw badRequest(`${key} is no parameter of a request that can be mapped.`);
  }
}

export function checkResponseMapping(mapping: Mapping): void {
  for (const key of Object.keys(mapping)) {
    if (!RESPONSE_KEY.test(key)) throw badRequest(`${key} is no parameter of a response that can be mapped.`);
  }
}

export function mapRequest(exchange: Exchange, mapping: Mapping): Exchange {
  const lookup = requestLookup(exchange);
  const changed = { ...exchange, headers: { ...exchange.headers }, query: { ...exchange.query } };
  for (const [key, expression] of Object.entries(mapping)) {
    const value = select(expression, lookup);
    const [, action, place, name] = /^(\w+):(\w+)\.?(.*)$/s.exec(key)!;
    if (place === "path") changed.rawPath = value ?? changed.rawPath;
    else if (place === "header") change(changed.headers, action!, name!.toLowerCase(), value);
    else change(changed.query, action!, name!, value);
  }
  const isQueryMapped = Object.keys(mapping).some((key) => key.includes(":querystring."));
  return {
    ...changed,
    query: Object.keys(changed.query).length > 0 ? changed.query : undefined,
    ...(isQueryMapped && { rawQueryString: new URLSearchParams(changed.query).toString() }),
  };
}

export function mapResponse(response: Response, exchange: Exchange, mapping: Mapping): Response {
  const lookup = responseLookup(response, exchange);
  const changed = { ...response, headers: { ...response.headers } };
  for (const [key, expression] of Object.entries(mapping)) {
    const value = select(expression, lookup);
    const [, action, place, name] = /^(\w+):(\w+)\.?(.*)$/s.exec(key)!;
    if (place === "header") change(changed.headers, action!, name!.toLowerCase(), value);
    else if (/^[1-5]\d\d$/.test(value ?? "")) changed.status = Number(value);
  }
  return changed;
}

function change(values: Values, action: string, name: string, value: string | undefined): void {
  const before = Object.hasOwn(values, name) ? values[name] : undefined;
  if (action === "remove") delete values[name];
  else if (value !== undefined) {
    values[name] = action === "append" && before !== undefined ? [before, value].flat().join(",") : value;
  }
}
