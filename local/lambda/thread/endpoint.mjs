import { fdatasyncSync, openSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import { Writable } from "node:stream";

/**
 * Brings what code sends to the local cloud's endpoint there over a message port: the code makes its requests with
 * `node:http` as everywhere, but no socket and no HTTP parser in between; and so do requests with `node:https`
 * or `fetch` to the host `alias`. Requests to any other host and port go over the network.
 */
export function connectEndpoint({ origin, former = [], alias, port }) {
  const endpoint = new URL(origin);
  const hosts = former.map((url) => new URL(url).host);
  const waiting = new Map();
  const post = postTogether(port);
  let lastId = 0;

  const forget = (id) => {
    if (waiting.delete(id) && waiting.size === 0) port.unref();
  };
  /** Returns a function that informs the endpoint that the caller is gone. */
  const send = (request, answered) => {
    const id = ++lastId;
    waiting.set(id, answered);
    if (waiting.size === 1) port.ref();
    const { body } = request;
    post({ id, kind: "request", request }, typeof body === "string" ? [] : [body.buffer]);
    return () => {
      if (!waiting.has(id)) return;
      forget(id);
      post({ id, kind: "hang up" }, []);
    };
  };
  /** The disk refused the data of answers. */
  let isRefused = false;
  let descriptor;
  /** Brings the data of answers to disk, and whatever else is in the log. */
  const sync = (log) => {
    let failure;
    try {
      descriptor ??= openSync(log, "r+");
      fdatasyncSync(descriptor);
    } catch (error) {
      failure = error.message;
      isRefused = true;
    }
    post({ kind: "synced", failure }, []);
  };
  port.on("message", (answers) => {
    for (const { id, answer, log, isLeft } of answers) {
      if (log !== undefined) sync(log);
      const answered = waiting.get(id);
      forget(id);
      answered?.(isLeft && isRefused ? undefined : answer);
    }
  });
  port.unref();

  /** Also at an address of an earlier start: queue addresses that were kept name it. Only calls of AWS are signed. */
  const isForEndpoint = ({
    protocol = "http:",
    hostname,
    host,
    port: number = 80,
    socketPath,
    headers = {},
  }) => {
    if (protocol !== "http:" || socketPath !== undefined) return false;
    const name = hostname ?? host;
    if (name === endpoint.hostname && Number(number) === Number(endpoint.port || 80)) return true;
    return hosts.includes(`${name}:${number}`) && isSigned(headers);
  };

  const isForAlias = ({ hostname, host }) => (hostname ?? host) === alias;

  /** Lets a module's requests that are meant for `host` take the short way. */
  const shorten = (module, isMeant, host) => {
    const overNetwork = module.request;
    module.request = (...given) => {
      const options = optionsOf(given);
      if (!isMeant(options)) return overNetwork(...given);
      const request = new EndpointRequest(options, host, send);
      const answered = given.find((one) => typeof one === "function");
      if (answered) request.once("response", answered);
      return request;
    };
    module.get = (...given) => module.request(...given).end();
  };
  shorten(http, isForEndpoint, endpoint.host);
  shorten(https, isForAlias, alias);
  syncBuiltinESMExports();

  const fetchOverNetwork = globalThis.fetch;
  globalThis.fetch = (resource, init) => {
    const url = new URL(resource instanceof Request ? resource.url : resource);
    return isForAlias(url) ? fetchWith(https.request, url, resource, init) : fetchOverNetwork(resource, init);
  };
}

/** Posts what one event leads to as one message, as the endpoint does. */
function postTogether(port) {
  let messages = [];
  let transfers = [];
  const flush = () => {
    port.postMessage(messages, transfers);
    messages = [];
    transfers = [];
  };
  return (message, transfer) => {
    if (messages.push(message) === 1) process.nextTick(flush);
    transfers.push(...transfer);
  };
}

/** `fetch` by a module's `request`. */
async function fetchWith(send, url, resource, init) {
  const request = new Request(resource, init);
  const body = Buffer.from(await request.arrayBuffer());
  const { method } = request;
  const answer = await new Promise((resolve, reject) => {
    send(url, { method, headers: Object.fromEntries(request.headers) }, resolve)
      .on("error", reject)
      .end(body);
  });
  const received = Buffer.concat(await answer.toArray());
  return new Response(received.length > 0 ? received : null, {
    status: answer.statusCode,
    headers: answer.headers,
  });
}

function isSigned(headers) {
  return Object.keys(headers).some(
    (name) => name.toLowerCase() === "authorization" && String(headers[name]).startsWith("AWS4-"),
  );
}

/** From (options), (url) and (url, options), each with or without a listener behind. */
function optionsOf([first, second]) {
  const isUrl = typeof first === "string" || first instanceof URL;
  const options = isUrl ? second : first;
  const own = typeof options === "object" ? options : {};
  if (!isUrl) return own;
  const { protocol, hostname, port, pathname, search } = new URL(first);
  return { protocol, hostname, port: port || undefined, path: pathname + search, ...own };
}

/** As much of `http.ClientRequest` as clients use. */
class EndpointRequest extends Writable {
  aborted = false;
  reusedSocket = true;
  protocol = "http:";
  socket = new Connection();
  #send;
  #hangUp = () => {};
  #headers = new Map();
  #chunks = [];

  constructor({ method = "GET", path = "/", headers = {}, timeout, auth }, host, send) {
    super({ decodeStrings: false, autoDestroy: false });
    this.method = method.toUpperCase();
    this.path = path;
    this.host = host;
    this.#send = send;
    this.setHeader("host", host);
    if (auth) this.setHeader("authorization", `Basic ${Buffer.from(auth).toString("base64")}`);
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) this.setHeader(name, value);
    if (timeout) this.setTimeout(timeout);
    process.nextTick(() => {
      this.emit("socket", this.socket);
      if (this.hasHeader("expect")) this.emit("continue");
    });
  }

  setHeader(name, value) {
    this.#headers.set(name.toLowerCase(), Array.isArray(value) ? value.join(", ") : String(value));
    return this;
  }

  getHeader(name) {
    return this.#headers.get(name.toLowerCase());
  }

  getHeaders() {
    return Object.fromEntries(this.#headers);
  }

  hasHeader(name) {
    return this.#headers.has(name.toLowerCase());
  }

  removeHeader(name) {
    this.#headers.delete(name.toLowerCase());
  }

  setTimeout(milliseconds, listener) {
    if (listener) this.once("timeout", listener);
    this.socket.setTimeout(milliseconds, () => this.emit("timeout"));
    return this;
  }

  setNoDelay() {}

  setSocketKeepAlive() {}

  flushHeaders() {}

  abort() {
    if (this.aborted) return;
    this.aborted = true;
    process.nextTick(() => this.emit("abort"));
    this.destroy();
  }

  _write(chunk, encoding, done) {
    this.#chunks.push(typeof chunk === "string" && !isUtf8(encoding) ? Buffer.from(chunk, encoding) : chunk);
    done();
  }

  _final(done) {
    const body = joined(this.#chunks);
    const length = Buffer.byteLength(body);
    if (length > 0 && !this.hasHeader("content-length")) this.setHeader("content-length", length);
    const { method, path: url } = this;
    this.#hangUp = this.#send({ method, url, headers: this.getHeaders(), body }, (answer) =>
      this.#take(answer),
    );
    done();
  }

  _destroy(error, done) {
    const waited = this.res === undefined;
    this.#hangUp();
    this.socket.destroy();
    done(error ?? (waited ? Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }) : null));
  }

  /** Undefined: the connection broke. */
  #take(answer) {
    if (!answer) {
      this.destroy();
      return;
    }
    this.socket.setTimeout(0);
    this.res = messageOf(answer, this.socket);
    this.res.once("close", () => this.destroy());
    if (!this.emit("response", this.res)) this.res.resume();
  }
}

/** What clients look at and set timeouts on. Nothing is sent through it. */
class Connection extends Writable {
  connecting = false;
  readable = false;
  #timer;

  /** 0 for none, as on a socket. */
  setTimeout(milliseconds, listener) {
    clearTimeout(this.#timer);
    if (listener) this.once("timeout", listener);
    if (milliseconds > 0) this.#timer = setTimeout(() => this.emit("timeout"), milliseconds).unref();
    return this;
  }

  _destroy(error, done) {
    clearTimeout(this.#timer);
    done(error);
  }

  setKeepAlive() {
    return this;
  }

  setNoDelay() {
    return this;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }
}

function messageOf({ status, headers, body }, connection) {
  const message = new http.IncomingMessage(connection);
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  message.statusCode = status;
  message.statusMessage = http.STATUS_CODES[status] ?? "";
  message.httpVersionMajor = message.httpVersionMinor = 1;
  message.httpVersion = "1.1";
  message.headers = Object.fromEntries(
    entries.map(([name, value]) => [name, name === "set-cookie" ? [value].flat() : String(value)]),
  );
  message.rawHeaders = entries.flatMap(([name, value]) =>
    [value].flat().flatMap((one) => [name, String(one)]),
  );
  message.complete = true;
  if (body.length > 0) message.push(body);
  message.push(null);
  return message;
}

const isUtf8 = (encoding) => encoding === undefined || /^utf-?8$/i.test(encoding);

/** Text where all of it is text, otherwise bytes in a buffer of their own. */
function joined(chunks) {
  if (chunks.every((chunk) => typeof chunk === "string")) return chunks.join("");
  const bytes = chunks.map((chunk) => (typeof chunk === "string" ? Buffer.from(chunk) : chunk));
  return new Uint8Array(Buffer.concat(bytes));
}
