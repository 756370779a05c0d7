import http from "node:http";
import https from "node:https";
import {
  isServerError,
  isThrottlingError,
  isTransientError,
  StandardRetryStrategy,
} from "@smithy/core/retry";
import { type Credentials, Signer } from "./signature.ts";

/** An AWS service with a JSON protocol, at one endpoint. */
export interface JsonService {
  /** The service's name in signatures: "dynamodb". */
  service: string;
  /** The prefix of the operation in the header that names it: "DynamoDB_20120810". */
  target: string;
  /** Of the protocol. */
  version: "1.0" | "1.1";
  region: string;
  endpoint: URL;
  credentials(): Credentials;
  /** The X-Ray header of the invocation. */
  trace(): string | undefined;
  /** Attempts of a call, by the SDK's count. */
  maxAttempts: number;
}

/** Calls an operation and returns its output. Throws errors with the SDK's names and members. */
export type JsonCall = (operation: string, input: object, headers?: Record<string, string>) => Promise<any>;

/** Those of the SDK. */
const SOCKETS = { keepAlive: true, maxSockets: 50 };
const SILENCE = 300_000;
const USER_AGENT = "millrace";

const connections = {
  "http:": { request: http.request, agent: new http.Agent(SOCKETS) },
  "https:": { request: https.request, agent: new https.Agent(SOCKETS) },
};

/** The calls of a service: signed, and retried by the SDK's own strategy. */
export function jsonCall(service: JsonService): JsonCall {
  const { target, version, endpoint, credentials, trace, maxAttempts } = service;
  const signer = new Signer(service.service, service.region);
  const retries = new StandardRetryStrategy(maxAttempts);
  const { hostname, port, host, protocol } = endpoint;
  const { request, agent } = connections[protocol as keyof typeof connections];

  const attempt = async (operation: string, body: string, more: Record<string, string>) => {
    const named = {
      host,
      "content-type": `application/x-amz-json-${version}`,
      "x-amz-target": `${target}.${operation}`,
    };
    const header = trace();
    const headers = {
      ...signer.sign({ headers: named, body }, credentials(), Date.now()),
      ...(header && { "x-amzn-trace-id": header }),
      ...more,
      "user-agent": USER_AGENT,
      "content-length": String(Buffer.byteLength(body)),
    };
    const options = { hostname, port, method: "POST", path: "/", headers, agent, timeout: SILENCE };
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const outgoing = request(options, resolve);
      outgoing.on("error", reject);
      outgoing.on("timeout", () => outgoing.destroy(timeoutError(operation)));
      outgoing.end(body);
    });
    const answer = await textOf(response);
    if (response.statusCode !== 200) throw errorOf(response, answer);
    return answer === "" ? {} : JSON.parse(answer);
  };

  return async (operation, input, headers = {}) => {
    const body = JSON.stringify(input);
    let token = await retries.acquireInitialRetryToken("");
    for (let attempts = 1; ; attempts++) {
      try {
        const output = await attempt(operation, body, headers);
        retries.recordSuccess(token);
        return output;
      } catch (error) {
        const failure = error as Failure;
        failure.$metadata = { ...failure.$metadata, attempts };
        const next = retries.refreshRetryTokenForRetry(token, { errorType: kindOf(failure) });
        // It refuses errors that a retry cannot fix, and more than the maximum number of attempts.
        token = await next.catch(() => {
          throw failure;
        });
      }
    }
  };
}

/** By its events, which takes a quarter of the time of an iterator. */
function textOf(response: http.IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      text += chunk;
    });
    response.on("end", () => resolve(text));
    response.on("error", reject);
  });
}

interface Failure extends Error {
  $metadata?: { httpStatusCode?: number | undefined; requestId?: unknown; attempts?: number };
}

function kindOf(error: Failure) {
  const known = error as Parameters<typeof isThrottlingError>[0];
  if (isThrottlingError(known)) return "THROTTLING";
  if (isTransientError(known)) return "TRANSIENT";
  return isServerError(known) ? "SERVER_ERROR" : "CLIENT_ERROR";
}

/** An error response. Its code may have a namespace as prefix and a URL as suffix. */
function errorOf({ statusCode, headers }: http.IncomingMessage, answer: string): Failure {
  const { __type, message, Message, ...members } = parsed(answer);
  const type = String(headers["x-amzn-errortype"] ?? __type ?? "UnknownError");
  const name = type.split("#").at(-1)!.split(":")[0]!;
  const $metadata = { httpStatusCode: statusCode, requestId: headers["x-amzn-requestid"] };
  return Object.assign(new Error(message ?? Message ?? name), { ...members, name, $metadata });
}

/** A load balancer's response is not JSON. */
function parsed(answer: string): Record<string, any> {
  try {
    return JSON.parse(answer);
  } catch {
    return { message: answer };
  }
}

function timeoutError(operation: string): Error {
  const message = `${operation} had no answer for ${SILENCE / 1000} seconds.`;
  return Object.assign(new Error(message), { name: "TimeoutError" });
}
