import type { Kernel } from "../kernel/kernel.ts";
import type { HttpRequest, Welcome } from "../kernel/service.ts";
import type { Api, Apis } from "./apis.ts";
import type { Authorizers } from "./authorizers/authorize.ts";
import { allowedOrigin, isPreflight, preflight, withCors } from "./cors.ts";
import { type Exchange, forwardedHeaders, readAccessKey, readCookies, readQuery } from "./exchange.ts";
import { callIntegration } from "./integrations/call.ts";
import type { Log } from "./integrations/log.ts";
import { mapResponse } from "./mapping.ts";
import { INTERNAL_SERVER_ERROR, message, NOT_FOUND, type Response, SERVICE_UNAVAILABLE } from "./response.ts";
import { matchRoute } from "./routes.ts";

/** Which API a request is for, and the path within it, percent-encoded. */
export interface Address {
  apiId: string;
  path: string;
}

const HOST = /^([a-z0-9]+)\.execute-api(?:\.[a-z0-9-]+)?\.(?:localhost|127\.0\.0\.1)(?::\d+)?$/i;
const PATH = /^\/_api\/([a-z0-9]+)(\/.*)?$/;
const LARGEST_REQUEST = 10 * 2 ** 20;

/** `http://<id>.execute-api.localhost:4566/…` or `http://127.0.0.1:4566/_api/<id>/…`; undefined for others. */
export function addressOf({ path, headers }: Pick<HttpRequest, "path" | "headers">): Address | undefined {
  const host = HOST.exec(headers.host ?? "")?.[1];
  if (host !== undefined) return { apiId: host.toLowerCase(), path };
  const [, apiId, rest = "/"] = PATH.exec(path) ?? [];
  return apiId === undefined ? undefined : { apiId, path: rest };
}

/** Answers requests with the APIs and their integrations. */
export interface Gateway {
  kernel: Kernel;
  apis: Apis;
  authorizers: Authorizers;
  log: Log;
}

/** What a browser may do: open an API, or what its CORS configuration allows pages of that origin. */
export function welcome({ apis }: Gateway, request: Pick<HttpRequest, "path" | "headers">): Welcome {
  const address = addressOf(request);
  if (!address) return "no page";
  const cors = apis.find(address.apiId)?.cors;
  const { origin } = request.headers;
  return cors && origin !== undefined && allowedOrigin(cors, origin) !== undefined ? "any page" : "own page";
}

/** Answers a request to an API. */
export async function answerRequest(
  gateway: Gateway,
  request: HttpRequest,
  { apiId, path }: Address,
): Promise<Response> {
  const api = gateway.apis.find(apiId);
  if (!api) return NOT_FOUND;
  const { cors } = api;
  if (!cors) return respond(gateway, api, request, path);
  if (isPreflight(request)) return preflight(cors, request.headers.origin!);
  return withCors(cors, request.headers.origin, await respond(gateway, api, request, path));
}

async function respond(gateway: Gateway, api: Api, request: HttpRequest, path: string): Promise<Response> {
  const { kernel, authorizers, log } = gateway;
  if (request.body.length > LARGEST_REQUEST) return message(413, "Request Entity Too Large");
  const place = stageOf(api, path);
  if (!place) return NOT_FOUND;
  let match: ReturnType<typeof matchRoute<Api["routes"][number]>>;
  let rawPath: string;
  try {
    match = matchRoute(api.routes, request.method, place.path);
    rawPath = decodeURIComponent(path);
  } catch {
    return message(400, "Bad Request");
  }
  if (!match) return NOT_FOUND;
  const { route, pathParameters } = match;
  const exchange: Exchange = {
    ...describe(kernel, request),
    apiId: api.id,
    domainName: `${api.id}.execute-api.localhost`,
    stage: place.stage,
    stageVariables: api.stages.get(place.stage),
    routeKey: route.key,
    pathParameters,
    rawPath,
    path: decodeURIComponent(place.path),
  };
  if (route.authorizer !== undefined) {
    const authorizer = api.authorizers.get(route.authorizer);
    if (!authorizer) return INTERNAL_SERVER_ERROR;
    const decision = await authorizers.decide(route.authorizer, authorizer, exchange, route.scopes);
    if (decision.kind === "refused") return decision.response;
    exchange.authorizer = decision.as;
  }
  const integration = api.integrations.get(route.integration);
  if (!integration) return INTERNAL_SERVER_ERROR;
  const answer = callIntegration(kernel, integration, exchange, log);
  const response = (await within(kernel, integration.timeout, answer)) ?? SERVICE_UNAVAILABLE;
  const mapping = integration.responses[String(response.status)];
  return mapping ? mapResponse(response, exchange, mapping) : response;
}

/** A path begins with its stage's name, except for the default stage. */
function stageOf({ stages }: Api, path: string): { stage: string; path: string } | undefined {
  const [, first = "", rest = ""] = /^\/([^/]*)(.*)$/s.exec(path) ?? [];
  if (stages.has(first)) return { stage: first, path: rest === "" ? "/" : rest };
  return stages.has("$default") ? { stage: "$default", path } : undefined;
}

function describe(kernel: Kernel, request: HttpRequest) {
  const { method, query, search, headers, body, requestId, caller } = request;
  const time = kernel.clock.now();
  const accessKey = readAccessKey(request);
  const trace = `Root=1-${Math.floor(time / 1000).toString(16)}-${kernel.random.bytes(12).toString("hex")}`;
  return {
    accountId: kernel.account,
    method,
    rawQueryString: search,
    query: readQuery(query),
    headers: forwardedHeaders(request, new URL(kernel.endpoint).port, trace),
    cookies: readCookies(headers.cookie),
    body,
    requestId,
    time,
    signer: accessKey === undefined ? undefined : { accessKey, arn: caller },
    authorizer: undefined,
  };
}

/** The result of `answer`, or undefined if it takes longer: it continues all the same, as a function does. */
async function within<T>(kernel: Kernel, milliseconds: number, answer: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const cancel = kernel.clock.at(kernel.clock.now() + milliseconds, () => late.resolve(undefined));
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    cancel();
  }
}
