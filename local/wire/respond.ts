import { refusalOf, ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { SyncByCaller } from "../kernel/log-sync.ts";
import type { HttpResponse, Service, Welcome } from "../kernel/service.ts";
import { answer, writeError } from "./answer.ts";
import { bodyLimit } from "./body.ts";
import { foreignHost, foreignPage, sealed } from "./guard.ts";
import { type Route, route, signature } from "./route.ts";
import { NEEDS_SECRET, type Secret } from "./secret.ts";

/** The ARN of the principal that an access key was issued to, or undefined for a person's. */
export type CallerOf = (accessKey: string) => string | undefined;

/** Who answers. */
export interface Endpoint {
  kernel: Kernel;
  callerOf: CallerOf;
  /** The requested address; requests to a name other than this and the loopback's are refused. */
  host: string;
  /** What requests must carry, where other machines can send some. */
  secret?: Secret | undefined;
}

/** A received request whose body was not read yet. */
export interface Incoming {
  method: string;
  /** Path and query, percent-encoded. */
  url: string;
  /** Header names are in lower case. */
  headers: Record<string, string>;
  /** Throws a ServiceError where the body is larger than `limit` bytes. */
  body(limit: number): Promise<Buffer | string>;
  signal?: AbortSignal | undefined;
  requestId: string;
  /** For a caller in a thread of this process, which can bring the data to disk itself before it uses the answer. */
  syncByCaller?: SyncByCaller | undefined;
}

/**
 * Answers one request when the data of the answer is on disk, or is left to the caller. Faults of ours become
 * InternalFailure. Never throws.
 */
export async function respond(endpoint: Endpoint, incoming: Incoming): Promise<HttpResponse> {
  const { kernel, callerOf, host, secret } = endpoint;
  const { method, headers, signal, requestId } = incoming;
  const entered = secret ? secret.enter(incoming.url, headers) : { url: incoming.url };
  const [path, search] = split(entered?.url ?? incoming.url);
  const query = new URLSearchParams(search);
  let found: Route = { protocol: "unknown", name: `${method} ${path}` };
  let welcome: Welcome = "no page";
  const fail = (error: unknown) =>
    writeError(found, refusable(kernel, error, `${method} ${path}`), { headers, path, requestId });
  let response: HttpResponse;
  try {
    if (!entered) throw new ServiceError("UnrecognizedClientException", NEEDS_SECRET, { status: 403 });
    // A page on a name that was rebound to this machine does not have the secret.
    if (!secret) refuse(foreignHost(headers, host));
    found = route({ method, path, query, headers });
    welcome = welcomeOf(kernel, found, { method, path, query, headers });
    refuse(foreignPage({ method, headers }, welcome));
    const body = await incoming.body(bodyLimit(found));
    const caller =
      callerOf(signature({ headers, query })?.accessKey ?? "") ?? `arn:aws:iam::${kernel.account}:root`;
    const head = { method, path, query, search, headers, signal, caller, requestId };
    response = await answer(kernel, found, head, body);
  } catch (error) {
    if (signal?.aborted) return CALLER_GONE;
    response = fail(error);
  }
  try {
    await kernel.store.flushed(incoming.syncByCaller);
  } catch (error) {
    response = fail(error);
  }
  if (entered?.cookie !== undefined) response = withCookie(response, entered.cookie);
  // No browser can send what is answered in the JSON protocols.
  const isPage = welcome === "own page" || welcome === "any page";
  return isPage || found.protocol === "json" ? response : sealed(response);
}

function welcomeOf(kernel: Kernel, found: Route, request: Parameters<NonNullable<Service["welcomes"]>>[0]) {
  if (found.protocol !== "rest") return "no page";
  return kernel.service(found.service)?.welcomes?.(request) ?? "no page";
}

function withCookie(response: HttpResponse, cookie: string): HttpResponse {
  const earlier = response.headers["set-cookie"] ?? [];
  return { ...response, headers: { ...response.headers, "set-cookie": [earlier, cookie].flat() } };
}

function refuse(reason: string | undefined): void {
  if (reason) throw new ServiceError("ForbiddenException", reason, { status: 403 });
}

/** What is answered when the caller hung up; it goes nowhere. */
const CALLER_GONE: HttpResponse = { status: 499, headers: {}, body: "" };

/** What the caller gets: a service's refusal as it is; a fault of the local cloud as InternalFailure. */
function refusable(kernel: Kernel, error: unknown, what: string): ServiceError {
  const refusal = refusalOf(error, "", what, kernel.report);
  if (refusal instanceof ServiceError) return refusal;
  kernel.report(`${what}: ${refusal.stack}`);
  return new ServiceError("InternalFailure", `The local cloud failed: ${refusal.message}`, {
    fault: "server",
  });
}

function split(url: string): [string, string] {
  const mark = url.indexOf("?");
  return mark < 0 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
}
