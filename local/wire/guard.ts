import { isOfBrowser } from "../kernel/browser.ts";
import type { HttpResponse, Welcome } from "../kernel/service.ts";

/**
 * Keeps web pages out. A page of a stranger can make a browser send requests to this machine, either under a
 * name of its own that resolves to 127.0.0.1 (DNS rebinding: the Host header betrays it) or as requests of its own,
 * which the browser marks with Origin and Sec-Fetch-Site. SDKs and the AWS CLI send neither, so what carries one of
 * them is refused by every service that does not name what a browser may do.
 */

const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\]|localhost)$/;
const BELOW_LOOPBACK = /^[a-z0-9_-][a-z0-9._-]*\.(?:localhost|127\.0\.0\.1)$/;

interface Sent {
  method: string;
  /** Header names are in lower case. */
  headers: Record<string, string>;
}

/**
 * Why a request under this name must be refused, or undefined. `headers` have lower-case names; `listening` is the
 * address that the person who started the cloud has chosen, and may be called by.
 */
export function foreignHost(headers: Record<string, string>, listening: string): string | undefined {
  const { host = "" } = headers;
  if (isLoopback(nameOf(host)) || nameOf(host) === listening) return undefined;
  return `The Host "${host}" is not this machine's loopback address. Call the local cloud as http://127.0.0.1:<port> or http://localhost:<port>.`;
}

/** Why a browser's request must be refused, or undefined where it may pass or is a program's. */
export function foreignPage(sent: Sent, welcome: Welcome): string | undefined {
  if (welcome === "any page" || !isOfBrowser(sent.headers)) return undefined;
  if (welcome === "no page") {
    return "Requests of browsers are refused here: the services of the local cloud answer programs. A browser may open the console, HTTP APIs, function URLs and objects.";
  }
  const { host, origin } = sent.headers;
  if (origin !== undefined && origin !== `http://${host}`) {
    return `Requests of web pages of ${origin} are refused. An HTTP API or a function URL admits other origins by its CORS configuration.`;
  }
  return isOfOwnPage(sent) || isNavigation(sent)
    ? undefined
    : "Requests of pages of another origin are refused. A person may open the address, but a page may not load it.";
}

const isOfOwnPage = ({ headers }: Sent) =>
  ["same-origin", "none", undefined].includes(headers["sec-fetch-site"]);

const isNavigation = ({ method, headers }: Sent) =>
  headers["sec-fetch-mode"] === "navigate" && (method === "GET" || method === "HEAD");

/**
 * The answer, so that a browser runs nothing of it in the endpoint's origin, takes it for nothing but what it is said to
 * be, and shows it to no page of another origin.
 */
export function sealed(response: HttpResponse): HttpResponse {
  const type = String(response.headers["content-type"] ?? "");
  return {
    ...response,
    headers: {
      ...response.headers,
      // Browsers show no PDF in a sandbox, and run nothing of it in the origin that it comes from.
      ...(!/^application\/pdf$/i.test(type.trim()) && { "content-security-policy": "sandbox" }),
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
    },
  };
}

const nameOf = (host: string) => host.toLowerCase().replace(/:\d+$/, "");

const isLoopback = (name: string) => LOOPBACK.test(name) || BELOW_LOOPBACK.test(name);
