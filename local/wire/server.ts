import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Kernel } from "../kernel/kernel.ts";
import type { HttpResponse } from "../kernel/service.ts";
import { bind } from "./bind.ts";
import { readBody } from "./body.ts";
import { type CallerOf, type Endpoint, respond } from "./respond.ts";
import type { Secret } from "./secret.ts";

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
  /** Whether other machines can reach it. */
  isPublic: boolean;
  /** Requests that came before wait for this. Where other machines can reach it, each must carry the secret. */
  answerWith(kernel: Kernel, callerOf?: CallerOf, secret?: Secret): void;
  /** Ends open requests (long polls included) and closes the port. */
  close(): Promise<void>;
}

// Longer than clients keep idle connections, so that none is closed under a request on its way.
const IDLE_MILLISECONDS = 120_000;
const BAD_REQUEST = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/** Opens the endpoint of a cloud: the AWS protocols on one port. Throws UserError where the port is taken. */
export async function serve(
  kernel: Kernel,
  address: Address & { callerOf?: CallerOf; secret?: Secret },
): Promise<{ url: string; close(): Promise<void> }> {
  const listener = await listen(address);
  listener.answerWith(kernel, address.callerOf, address.secret);
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
    isPublic: !isLoopback(address),
    answerWith: (kernel, callerOf = () => undefined, secret) => cloud.resolve({ kernel, callerOf, secret }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const isLoopback = (address: string) => address === "::1" || address.startsWith("127.");

/** A server that listens on all addresses is called at the loopback address. */
function hostOfUrl(address: string, family: string): string {
  if (address === "0.0.0.0" || address === "::") return "127.0.0.1";
  return family === "IPv6" ? `[${address}]` : address;
}

/** Reads one request, has it answered, and writes the answer. Never throws. */
async function exchange(
  endpoint: Endpoint,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const hangUp = new AbortController();
  outgoing.on("close", () => outgoing.writableFinished || hangUp.abort());
  // A connection that breaks while it is read or written ends this exchange only.
  incoming.on("error", () => hangUp.abort());
  outgoing.on("error", () => hangUp.abort());

  const requestId = endpoint.kernel.random.uuid();
  const response = await respond(endpoint, {
    method: incoming.method ?? "GET",
    url: incoming.url ?? "/",
    headers: joined(incoming),
    body: (limit) => readBody(incoming, limit),
    signal: hangUp.signal,
    requestId,
  });
  if (hangUp.signal.aborted) return;
  send(outgoing, response, requestId, incoming.complete);
}

function send(outgoing: ServerResponse, response: HttpResponse, requestId: string, keepAlive: boolean): void {
  const body = typeof response.body === "string" ? Buffer.from(response.body) : response.body;
  const headers: Record<string, string | string[] | number> = {
    "x-amzn-requestid": requestId,
    ...response.headers,
  };
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

/** The headers, those of one name joined by a comma alone, as AWS shows them. */
function joined(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = String(value);
  }
  if (incoming.rawHeaders.length === 2 * Object.keys(headers).length) return headers;
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    if (values && headers[name] === values.join(", ")) headers[name] = values.join(",");
  }
  return headers;
}
