import type { MessagePort, Transferable } from "node:worker_threads";
import type { SyncByCaller } from "../kernel/log-sync.ts";
import type { HttpResponse } from "../kernel/service.ts";
import { tooLarge } from "./body.ts";
import { type Endpoint, respond } from "./respond.ts";
import { SyncsByThread } from "./syncs-by-thread.ts";

/** What a thread posts: a request, that it no longer waits for the answer, or the outcome of a sync. */
type Posted =
  | { kind: "request"; id: number; request: PostedRequest }
  | { kind: "hang up"; id: number }
  | { kind: "synced"; failure?: string };

interface PostedRequest {
  method: string;
  /** Path and query, percent-encoded. */
  url: string;
  /** Header names are in lower case. */
  headers: Record<string, string>;
  /** Text, or bytes that are the whole of their buffer. */
  body: string | Uint8Array<ArrayBuffer>;
}

/**
 * Answers the requests that come over a port from a thread of this process, as the HTTP server answers those
 * of other processes. Both ends of a port are in one process, so that there is nothing to parse and no socket
 * to wait for. Closing the port disconnects. The port alone keeps no process alive.
 */
export function answerOn(port: MessagePort, endpoint: Endpoint): void {
  const inProgress = new Map<number, AbortController>();
  const syncs = new SyncsByThread();
  const post = postTogether(port);
  const receive = async (id: number, request: PostedRequest) => {
    const hangUp = new AbortController();
    inProgress.set(id, hangUp);
    const answer = await exchange(endpoint, request, hangUp.signal, syncs.leave);
    inProgress.delete(id);
    if (hangUp.signal.aborted) return;
    const transfer = typeof answer.body === "string" ? [] : [answer.body.buffer as ArrayBuffer];
    post({ id, answer, ...syncs.beforeAnswer() }, transfer);
  };
  port.on("message", (posted: Posted[]) => {
    for (const one of posted) {
      if (one.kind === "request") void receive(one.id, one.request);
      else if (one.kind === "synced") syncs.ended(one.failure);
      else inProgress.get(one.id)?.abort();
    }
  });
  port.on("close", () => {
    for (const hangUp of inProgress.values()) hangUp.abort();
  });
  port.unref();
}

/** Posts what one event leads to as one message: to wake the other thread is expensive. */
function postTogether(port: MessagePort): (message: object, transfer: Transferable[]) => void {
  let messages: object[] = [];
  let transfers: Transferable[] = [];
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

async function exchange(
  endpoint: Endpoint,
  { method, url, headers, body: posted }: PostedRequest,
  signal: AbortSignal,
  syncByCaller: SyncByCaller,
): Promise<HttpResponse> {
  const body = typeof posted === "string" ? posted : Buffer.from(posted.buffer);
  const requestId = endpoint.kernel.random.uuid();
  const response = await respond(endpoint, {
    method,
    url,
    headers,
    signal,
    requestId,
    syncByCaller,
    async body(limit) {
      if (Buffer.byteLength(body) > limit) throw tooLarge(limit);
      return body;
    },
  });
  const isEmpty = method === "HEAD" || response.status === 204 || response.status === 304;
  return {
    status: response.status,
    headers: { "x-amzn-requestid": requestId, ...response.headers },
    body: isEmpty ? "" : transferable(response.body),
  };
}

/** A buffer may hold more than these bytes, and belong to others. */
const transferable = (body: HttpResponse["body"]) => (typeof body === "string" ? body : new Uint8Array(body));
