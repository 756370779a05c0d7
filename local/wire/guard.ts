/**
 * Keeps web pages out. A page of a stranger can make a browser send requests to this machine, either under a
 * name of its own that resolves to 127.0.0.1 (DNS rebinding: the Host header betrays it) or across origins
 * (the Origin header and Sec-Fetch-Site betray it). SDKs and the AWS CLI send neither.
 */

const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\]|localhost)$/;
const BELOW_LOOPBACK = /^[a-z0-9_-][a-z0-9._-]*\.(?:localhost|127\.0\.0\.1)$/;

/**
 * Why a request under this name must be refused, or undefined. `headers` have lower-case names; `listening` is the
 * address that the person who started the cloud has chosen, and may be called by.
 */
export function foreignHost(headers: Record<string, string>, listening: string): string | undefined {
  const { host = "" } = headers;
  if (isLoopback(nameOf(host)) || nameOf(host) === listening) return undefined;
  return `The Host "${host}" is not this machine's loopback address. Call the local cloud as http://127.0.0.1:<port> or http://localhost:<port>.`;
}

/** Why a request of a page of another origin must be refused, or undefined where it is none. */
export function foreignPage(headers: Record<string, string>): string | undefined {
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) {
    return `Requests from web pages of ${headers.origin} are refused: the local cloud answers programs on this machine only.`;
  }
  if (headers["sec-fetch-site"] === "cross-site" && headers["sec-fetch-mode"] !== "navigate") {
    return "Requests from pages of another site are refused: the local cloud answers programs on this machine only.";
  }
  return undefined;
}

const nameOf = (host: string) => host.toLowerCase().replace(/:\d+$/, "");

const isLoopback = (name: string) => LOOPBACK.test(name) || BELOW_LOOPBACK.test(name);
