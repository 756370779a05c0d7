import type { Exchange } from "../exchange.ts";
import { mapRequest } from "../mapping.ts";
import { type Response, SERVICE_UNAVAILABLE } from "../response.ts";
import type { Log } from "./log.ts";
import type { HttpIntegration } from "./parse.ts";

/** Headers that belong to one connection, or describe a body before it was decoded. */
const NOT_PASSED = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-encoding",
  "content-length",
]);

/** Forwards the request to another address, and returns its response. */
export async function callAddress(
  { address, method, request }: HttpIntegration,
  original: Exchange,
  log: Log,
): Promise<Response> {
  const exchange = mapRequest(original, request);
  const url = urlOf(address, exchange, request["overwrite:path"] !== undefined);
  const { host: _host, "content-length": _length, ...headers } = exchange.headers;
  const verb = method === "ANY" ? exchange.method : method;
  const hasBody = exchange.body.length > 0 && verb !== "GET" && verb !== "HEAD";
  try {
    const answer = await fetch(url, {
      method: verb,
      headers: { ...headers, ...(exchange.cookies && { cookie: exchange.cookies.join("; ") }) },
      body: hasBody ? new Uint8Array(exchange.body) : null,
      redirect: "manual",
    });
    return await passedBack(answer);
  } catch (error) {
    const { message, cause } = error as Error & { cause?: Error };
    log(
      `apigateway: ${exchange.routeKey} of ${exchange.apiId}: ${url} cannot be reached: ${cause?.message ?? message}`,
    );
    return SERVICE_UNAVAILABLE;
  }
}

/** The address with its path parameters replaced, and the query of the request. */
function urlOf(address: string, exchange: Exchange, isPathMapped: boolean): URL {
  const parameters = exchange.pathParameters ?? {};
  const encoded = (name: string) => (parameters[name] ?? "").split("/").map(encodeURIComponent).join("/");
  const url = new URL(address.replace(/\{([\w.:-]+)\+?\}/g, (_, name: string) => encoded(name)));
  if (isPathMapped) url.pathname = exchange.rawPath;
  url.search = [url.search.slice(1), exchange.rawQueryString].filter((part) => part !== "").join("&");
  return url;
}

async function passedBack(answer: globalThis.Response): Promise<Response> {
  const cookies = answer.headers.getSetCookie();
  const headers = [...answer.headers].filter(([name]) => !NOT_PASSED.has(name) && name !== "set-cookie");
  return {
    status: answer.status,
    headers: { ...Object.fromEntries(headers), ...(cookies.length > 0 && { "set-cookie": cookies }) },
    body: Buffer.from(await answer.arrayBuffer()),
  };
}
