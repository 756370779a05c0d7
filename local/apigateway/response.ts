import type { HttpResponse } from "../kernel/service.ts";

/** A response of an API. A header may have several values: each cookie is a `set-cookie` of its own. */
export interface Response {
  status: number;
  headers: Record<string, string | string[]>;
  body: string | Buffer;
}

/** API Gateway's own message. */
export function message(status: number, text: string, headers: Record<string, string> = {}): Response {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ message: text }),
  };
}

export const NOT_FOUND = message(404, "Not Found");
export const INTERNAL_SERVER_ERROR = message(500, "Internal Server Error");
export const SERVICE_UNAVAILABLE = message(503, "Service Unavailable");

/**
 * A function's response (JSON text) in payload format 2.0 as HTTP. Without a `statusCode` it is the body
 * itself. Undefined if it cannot be sent.
 */
export function readFunctionAnswer(payload: string): Response | undefined {
  const answer: unknown = JSON.parse(payload);
  if (typeof answer !== "object" || answer === null || !("statusCode" in answer)) {
    const body = typeof answer === "string" ? answer : payload;
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  if ((body ?? "") !== "" && typeof body !== "string") return undefined;
  const named = readHeaders(headers);
  const list = readList(cookies);
  if (!named || !list) return undefined;
  const text = (body as string | null | undefined) ?? "";
  return {
    status,
    headers: {
      ...(text !== "" && { "content-type": "text/plain;charset=UTF-8" }),
      ...named,
      ...(list.length > 0 && { "set-cookie": list }),
    },
    body: isBase64Encoded === true ? Buffer.from(text, "base64") : text,
  };
}

export function toHttp({ status, headers, body }: Response, requestId: string): HttpResponse {
  return {
    status,
    headers: { ...headers, "apigw-requestid": requestId },
    body,
  };
}

function readHeaders(headers: unknown): Record<string, string> | undefined {
  if (headers === undefined || headers === null) return {};
  if (typeof headers !== "object" || Array.isArray(headers)) return undefined;
  const entries = Object.entries(headers).filter(([, value]) => value !== null);
  if (entries.some(([, value]) => typeof value === "object")) return undefined;
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function readList(cookies: unknown): string[] | undefined {
  if (cookies === undefined || cookies === null) return [];
  return Array.isArray(cookies) && cookies.every((cookie) => typeof cookie === "string")
    ? cookies
    : undefined;
}
