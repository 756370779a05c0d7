import http, { type IncomingMessage } from "node:http";
import https from "node:https";

/** A request of a service to an address that the app names. */
export interface OutboundRequest {
  method: string;
  url: URL;
  /** In this order; a name may occur several times. Host, Content-Length and Connection are added. */
  headers: readonly (readonly [name: string, value: string])[];
  body?: string | undefined;
  /** Milliseconds until the whole response has to be here. */
  patience: number;
  /** The largest body of a response that is read, in bytes. */
  most: number;
}

export interface OutboundResponse {
  status: number;
  /** In their order, as they were sent. */
  headers: [name: string, value: string][];
  body: Buffer;
}

/** Sends a request over the network. Rejects with OutboundError. Redirects are not followed. */
export type Outbound = (request: OutboundRequest) => Promise<OutboundResponse>;

/** There is no response. */
export class OutboundError extends Error {
  readonly reason: "refused" | "timeout" | "too large" | "unreachable";

  constructor(reason: OutboundError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\]|localhost|.+\.localhost)$/;

/** Whether an address is on this machine. */
export const isOnThisMachine = (address: string): boolean => {
  const url = URL.parse(address);
  return url !== null && /^https?:$/.test(url.protocol) && LOOPBACK.test(url.hostname);
};

/**
 * Why an address is not called, or undefined. AWS calls HTTPS endpoints only; stand-ins on this machine may
 * speak HTTP.
 */
export function refusedAddress(address: string): string | undefined {
  if (URL.parse(address)?.protocol === "https:" || isOnThisMachine(address)) return undefined;
  return `${address} is not called: an endpoint begins with https://, or with http:// and an address of this machine (http://127.0.0.1:<port>), where a stand-in of yours listens`;
}

/** Requests through Node's HTTP clients. */
export const network: Outbound = async ({ method, url, headers, body, patience, most }) => {
  const refused = refusedAddress(url.href);
  if (refused) throw new OutboundError("refused", refused);
  const { request } = url.protocol === "https:" ? https : http;
  const signal = AbortSignal.timeout(patience);
  try {
    return await new Promise<OutboundResponse>((resolve, reject) => {
      const sent = request(
        url,
        {
          method,
          signal,
          agent: false,
          // Names below localhost are this machine, whatever a name server says.
          ...(url.hostname.endsWith(".localhost") && { lookup: loopback }),
          headers: [
            ["Host", url.host],
            ...headers,
            ...(body === undefined ? [] : [["Content-Length", String(Buffer.byteLength(body))]]),
            ["Connection", "close"],
          ].flat(),
        },
        (response) => read(response, most).then(resolve, reject),
      );
      sent.once("error", reject);
      sent.end(body);
    });
  } catch (error) {
    if (error instanceof OutboundError) throw error;
    if (signal.aborted)
      throw new OutboundError("timeout", `${url} did not answer within ${patience / 1000} seconds`);
    const { message, code } = error as NodeJS.ErrnoException;
    throw new OutboundError("unreachable", `${url} cannot be reached: ${message || code}`);
  }
};

const loopback: NonNullable<http.RequestOptions["lookup"]> = (_name, { all }, done) =>
  all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);

async function read(response: IncomingMessage, most: number): Promise<OutboundResponse> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > most) throw new OutboundError("too large", `The response is larger than ${most} bytes`);
  }
  const { rawHeaders } = response;
  const headers = rawHeaders.flatMap((name, at): [string, string][] =>
    at % 2 === 0 ? [[name, rawHeaders[at + 1]!]] : [],
  );
  return { status: response.statusCode!, headers, body: Buffer.concat(chunks) };
}
