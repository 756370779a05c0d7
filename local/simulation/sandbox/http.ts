import http, { type IncomingMessage, type RequestOptions } from "node:http";
import { Readable, Writable } from "node:stream";
import type { HttpResponse } from "../../kernel/service.ts";

/** An HTTP request of code in an environment. */
export interface Outgoing {
  method: string;
  /** Scheme, host name and port: "http://localhost:4566". */
  origin: string;
  /** Path and query. */
  url: string;
  /** Header names are in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Answers a request without a network. Rejects where the connection breaks; may never settle. */
export type Ask = (request: Outgoing) => Promise<HttpResponse>;

/** `node:http` or `node:https` whose requests are answered by `ask`. */
export function httpModule(ask: Ask, scheme: "http" | "https"): Record<string, unknown> {
  const request = (...given: unknown[]) => {
    const answered = given.find((one) => typeof one === "function") as Answered | undefined;
    const [first, second] = given;
    const isUrl = typeof first === "string" || first instanceof URL;
    const options = (isUrl ? second : first) as RequestOptions | undefined;
    const target = isUrl ? fromUrl(new URL(first)) : {};
    const answering = new ClientRequest(ask, scheme, { ...target, ...own(options) });
    if (answered) answering.once("response", answered);
    return answering;
  };
  const get = (...given: unknown[]) => request(...given).end();
  return { ...http, request, get, ClientRequest };
}

/** `fetch` that is answered by `ask`. */
export function fetchOf(ask: Ask): typeof fetch {
  return async (resource, init) => {
    const request = new Request(resource, init);
    const { origin, host, pathname, search } = new URL(request.url);
    const { status, headers, body } = await ask({
      method: request.method,
      origin,
      url: pathname + search,
      headers: { host, ...Object.fromEntries(request.headers) },
      body: Buffer.from(await request.arrayBuffer()),
    });
    const empty = status === 204 || status === 304;
    const lines = Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    );
    return new Response(empty ? null : (body as string | Uint8Array<ArrayBuffer>), {
      status,
      headers: lines,
    });
  };
}

type Answered = (response: IncomingMessage) => void;

const fromUrl = ({ hostname, port, pathname, search }: URL): RequestOptions => ({
  hostname,
  port: port || undefined,
  path: pathname + search,
});

const own = (options: object | undefined) => (typeof options === "object" ? options : {});

/** The part of Node's class that clients use. */
class ClientRequest extends Writable {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly protocol: string;
  readonly reusedSocket = false;
  readonly socket: Writable = new Socket();
  aborted = false;
  private readonly ask: Ask;
  private readonly origin: string;
  private readonly headers = new Map<string, string>();
  private readonly chunks: Buffer[] = [];

  constructor(ask: Ask, scheme: string, options: RequestOptions) {
    super({ autoDestroy: false });
    const { method = "GET", path = "/", port, headers = {} } = options;
    this.ask = ask;
    this.method = method;
    this.path = path ?? "/";
    this.host = options.hostname ?? options.host ?? "localhost";
    this.protocol = `${scheme}:`;
    const authority = port ? `${this.host}:${port}` : this.host;
    this.origin = `${scheme}://${authority}`;
    this.headers.set("host", authority);
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) this.setHeader(name, value);
    process.nextTick(() => this.emit("socket", this.socket));
    if (this.headers.get("expect")) process.nextTick(() => this.emit("continue"));
  }

  setHeader(name: string, value: number | string | readonly string[]): this {
    this.headers.set(name.toLowerCase(), Array.isArray(value) ? value.join(", ") : String(value));
    return this;
  }

  getHeader(name: string): string | undefined {
    return this.headers.get(name.toLowerCase());
  }

  removeHeader(name: string): void {
    this.headers.delete(name.toLowerCase());
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): void {}

  setSocketKeepAlive(): void {}

  flushHeaders(): void {}

  abort(): void {
    this.aborted = true;
    this.destroy();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    done();
    const { method, origin, path, headers, chunks } = this;
    const body = Buffer.concat(chunks);
    this.ask({ method, origin, url: path, headers: Object.fromEntries(headers), body }).then(
      (response) => this.destroyed || this.emit("response", messageOf(response)),
      (error: Error) => this.destroy(error),
    );
  }
}

/** What clients look at before they have an answer. Nothing is ever sent through it. */
class Socket extends Writable {
  readonly connecting = false;

  setKeepAlive(): void {}

  setNoDelay(): void {}

  setTimeout(): void {}
}

function messageOf({ status, headers, body }: HttpResponse): Readable {
  const message = new Readable({ read() {} });
  const names = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  message.push(typeof body === "string" ? Buffer.from(body) : body);
  message.push(null);
  return Object.assign(message, {
    statusCode: status,
    statusMessage: http.STATUS_CODES[status] ?? "",
    headers: Object.fromEntries(names),
    rawHeaders: names.flat(),
    httpVersion: "1.1",
    complete: true,
    setTimeout: () => message,
  });
}
