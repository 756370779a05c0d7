import { asText, tryParseJson } from "../kernel/json-text.ts";
import { requestTime } from "../kernel/request-time.ts";
import { type Exchange, SOURCE_IP } from "./exchange.ts";
import type { Response } from "./response.ts";

/** The value of a variable of a selection expression, by its name without the dollar: "request.header.x-id". */
export type Lookup = (variable: string) => string | undefined;

const VARIABLE = /^\$((?:request|response|context|stageVariables)(?:[.[].*)?)$/s;

/**
 * The value of `$request.body.id`, of a text with `${…}` in it, or of a plain text. Undefined for a variable
 * without a value; in a text it is replaced by nothing.
 */
export function select(expression: string, lookup: Lookup): string | undefined {
  const variable = VARIABLE.exec(expression)?.[1];
  if (variable !== undefined) return lookup(variable);
  return expression.replace(/\$\{([^}]+)\}/g, (_, name: string) => lookup(name) ?? "");
}

/** The variables that exist before the integration was called. */
export function requestLookup(exchange: Exchange): Lookup {
  const body = jsonLookup(() => exchange.body.toString("utf8"));
  return (variable) => {
    const [, place, name] = /^request\.(header|querystring|path)\.(.+)$/s.exec(variable) ?? [];
    if (place === "header") return own(exchange.headers, name!.toLowerCase());
    if (place === "querystring") return own(exchange.query, name!);
    if (place === "path") return own(exchange.pathParameters, name!);
    if (variable === "request.path") return exchange.path;
    return under("request.body", variable, body) ?? contextValue(exchange, variable);
  };
}

/** The variables that exist after the integration has answered. */
export function responseLookup(response: Response, exchange: Exchange): Lookup {
  const body = jsonLookup(() => response.body.toString());
  return (variable) => {
    const header = /^response\.header\.(.+)$/s.exec(variable)?.[1];
    if (header !== undefined) return own(response.headers, header.toLowerCase())?.toString();
    return under("response.body", variable, body) ?? contextValue(exchange, variable);
  };
}

/** `$context.…` and `$stageVariables.…`. */
function contextValue(exchange: Exchange, variable: string): string | undefined {
  const stageVariable = /^stageVariables\.(.+)$/s.exec(variable)?.[1];
  if (stageVariable !== undefined) return own(exchange.stageVariables, stageVariable);
  const claim = /^context\.authorizer\.(?:jwt\.)?claims\.(.+)$/s.exec(variable)?.[1];
  const { authorizer } = exchange;
  if (claim !== undefined)
    return authorizer && "jwt" in authorizer ? own(authorizer.jwt.claims, claim) : undefined;
  const property = /^context\.authorizer\.(.+)$/s.exec(variable)?.[1];
  if (property !== undefined) {
    const found = authorizer && "lambda" in authorizer ? own(authorizer.lambda ?? {}, property) : undefined;
    return found === undefined ? undefined : asText(found);
  }
  const name = /^context\.(.+)$/s.exec(variable)?.[1];
  return name === undefined ? undefined : own(contextVariables(exchange), name);
}

function contextVariables(exchange: Exchange): Record<string, string> {
  return {
    accountId: exchange.accountId,
    apiId: exchange.apiId,
    domainName: exchange.domainName,
    domainPrefix: exchange.apiId,
    httpMethod: exchange.method,
    "identity.sourceIp": SOURCE_IP,
    "identity.userAgent": exchange.headers["user-agent"] ?? "",
    path: exchange.rawPath,
    protocol: "HTTP/1.1",
    requestId: exchange.requestId,
    requestTime: requestTime(exchange.time),
    requestTimeEpoch: String(exchange.time),
    routeKey: exchange.routeKey,
    stage: exchange.stage,
  };
}

function under(
  prefix: string,
  variable: string,
  lookup: (path: string) => string | undefined,
): string | undefined {
  return variable === prefix || (/^[.[]/.test(variable.slice(prefix.length)) && variable.startsWith(prefix))
    ? lookup(variable.slice(prefix.length))
    : undefined;
}

/** The value of a JSON path (`.items[0].id`) in a text, as text; the empty path returns the text itself. */
function jsonLookup(text: () => string): (path: string) => string | undefined {
  let parsed: { value: unknown } | undefined;
  return (path) => {
    if (path === "") return text();
    parsed ??= { value: tryParseJson(text()) };
    let value = parsed.value;
    for (const [, name, index, quoted] of path.matchAll(/\.?([^.[\]]+)|\[(\d+)\]|\[["']([^"']*)["']\]/g)) {
      value = own(value, quoted ?? index ?? name!);
    }
    return value === undefined || value === null ? undefined : asText(value);
  };
}

function own<Value>(of: Record<string, Value> | undefined, name: string): Value | undefined;
function own(of: unknown, name: string): unknown;
function own(of: unknown, name: string): unknown {
  if (typeof of !== "object" || of === null || !Object.hasOwn(of, name)) return undefined;
  return (of as Record<string, unknown>)[name];
}
