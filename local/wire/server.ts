import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { HttpRequest, HttpResponse } from "../kernel/service.ts";
import { answer, writeError } from "./answer.ts";
import { bind } from "./bind.ts";
import { bodyLimit, readBody } from "./body.ts";
import { refusal } from "./guard.ts";
import { type Route, route, signature } from "./route.ts";

export interface Address {
  /** @default "127.0.0.1" */
  host?: string;
  /** 0 takes a free one. */
  port: number;
}

/** An open port, before and after there is a cloud behind it. */
export interface Listener {
  /** "http://127.0.0.1:4566" */
  url: string;
  /** Requests that came before wait for this. */
  answerWith(kernel: Kernel, callerOf?: CallerOf): void;
  /** Ends open requests (long polls included) and lets go of the port. */
  close(): Promise<void>;
}

/** The ARN of the principal to whom an access key was handed, or undefined for a person's. */
export type CallerOf = (accessKey: string) => string | undefined;

// Longer than clients keep idle connections, so that none is closed under a request on its way.
const IDLE_MILLISECONDS = 120_000;
const BAD_REQUEST = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/** Opens the endpoint of a cloud: the AWS protocols on one port. Throws UserError where the port is taken. */
export async function serve(
  kernel: Kernel,
  address: Address & { callerOf?: CallerOf },
): Promise<{ url: string; close(): Promise<void> }> {
  const listener = await listen(address);
  listener.answerWith(kernel, address.callerOf);
  return listener;
}

/** Takes the port first, since a kernel must know its endpoint. Throws UserError where the port is taken. */
export async function listen({ host = "127.0.0.1", port }: Address): Promise<Listener> {
  const cloud = Promise.withResolvers<Omit<Endpoint, "host">>();
  const server = createServer({ keepAliveTimeout: IDLE_MILLISECONDS }, async (incoming, outgoing) => {
    await exchange({ ...(await cloud.promise), host }, incoming, outgoing);
  });
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end(BAD_REQUEST);
    else socket.destroy();
  });
  await bind(server, host, port);
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${hostOfUrl(address, family)}:${bound}`,
    answerWith: (kernel, callerOf = () => undefined) => cloud.resolve({ kernel, callerOf }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Somebody who listens everywhere is called at the loopback address. */
function hostOfUrl(address: string, family: string): string {
  if (address === "0.0.0.0" || address === "::") return "127.0.0.1";
  return family === "IPv6" ? `[${address}]` : address;
}

/** What one exchange needs to know. */
interface Endpoint {
  kernel: Kernel;
  callerOf: CallerOf;
  /** The address that was asked for. */
  host: string;
}

/** Reads one request, has it answered, and writes the answer when what it tells is on disk. Never throws. */
async function exchange(
  { kernel, callerOf, host }: Endpoint,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const hangUp = new AbortController();
  outgoing.on("close", () => hangUp.abort());
  // A connection that breaks while it is read or written ends this exchange only.
  incoming.on("error", () => hangUp.abort());
  outgoing.on("error", () => hangUp.abort());

  const requestId = kernel.random.uuid();
  const headers = joined(incoming);
  const [path = "/", search = ""] = split(incoming.url ?? "/");
  const query = new URLSearchParams(search);
  const method = incoming.method ?? "GET";
  let found: Route = { protocol: "unknown", name: `${method} ${path}` };
  const fail = (error: unknown) =>
    writeError(found, refusable(kernel, error, `${method} ${path}`), { headers, path, requestId });
  let response: HttpResponse;
  try {
    const refused = refusal(headers, host);
    if (refused) throw new ServiceError("ForbiddenException", refused, { status: 403 });
    found = route({ method, path, query, headers });
    const body = await readBody(incoming, bodyLimit(found));
    const caller =
      callerOf(signature({ headers, query })?.accessKey ?? "") ?? `arn:aws:iam::${kernel.account}:root`;
    const request: HttpRequest = {
      method,
      path,
      query,
      headers,
      body,
      signal: hangUp.signal,
      caller,
      requestId,
    };
    response = await answer(kernel, found, request);
  } catch (error) {
    if (hangUp.signal.aborted) return;
    response = fail(error);
  }
  try {
    await kernel.store.flushed();
  } catch (error) {
    response = fail(error);
  }
  if (hangUp.signal.aborted) return;
  send(outgoing, response, requestId, incoming.complete);
}

/** What the caller is told: a service's refusal as it is; a fault of the local cloud as InternalFailure. */
function refusable(kernel: Kernel, error: unknown, what: string): ServiceError {
  if (error instanceof ServiceError) return error;
  kernel.report(`${what}: ${(error as Error)?.stack ?? error}`);
  const message = `The local cloud failed: ${(error as Error)?.message ?? error}`;
  return new ServiceError("InternalFailure", message, { fault: "server" });
}

function send(outgoing: ServerResponse, response: HttpResponse, requestId: string, keepAlive: boolean): void {
  const body = typeof response.body === "string" ? Buffer.from(response.body) : response.body;
  const headers: Record<string, string | number> = { "x-amzn-requestid": requestId, ...response.headers };
  // A body that was refused half-read cannot be followed by another request.
  if (!keepAlive) headers.connection = "close";
  if (!("content-length" in headers) && response.status !== 204 && response.status !== 304) {
    headers["content-length"] = body.length;
  }
  try {
    outgoing.writeHead(response.status, headers);
    outgoing.end(body);
  } catch {
    // A header that HTTP cannot carry (metadata with a line break, say): the caller learns that much.
    if (!outgoing.headersSent) outgoing.writeHead(500);
    outgoing.end();
  }
}

function joined(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

function split(url: string): [string, string] {
  const mark = url.indexOf("?");
  return mark < 0 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
}
