import type { Problem } from "../../lib/contract/api/index.ts";
import type { ApiRequest } from "./route.ts";

/** The response of the API: JSON. */
export interface ApiAnswer {
  ok: boolean;
  value: unknown;
}

/** Calls the API of a deployment, with the caller's permissions. */
export type CallApi = (request: ApiRequest) => Promise<ApiAnswer>;

export function apiAt({ url, token }: { url: string; token: string | undefined }): CallApi {
  return async ({ method, path, headers, body }) => {
    const response = await fetch(new URL(`api${path}`, url), {
      method,
      body,
      headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    });
    const text = await response.text();
    return { ok: response.ok, value: asJson(text) ?? `${response.status} ${response.statusText}: ${text}` };
  };
}

/** What the API refused, in its own words. */
export class RefusedError extends Error {
  readonly code: string | undefined;

  constructor(value: unknown) {
    super(messageOf(value));
    this.code = (value as Partial<Problem> | undefined)?.error?.code;
  }
}

/** Throws a RefusedError if the API returns an error. */
export async function read<Value>(call: CallApi, path: string): Promise<Value> {
  const { ok, value } = await call({ method: "GET", path, headers: {} });
  if (!ok) throw new RefusedError(value);
  return value as Value;
}

/** The API's message, with what is wrong in a payload. */
export function messageOf(value: unknown): string {
  const { message, findings = [] } = (value as Partial<Problem> | undefined)?.error ?? {};
  if (message === undefined) return typeof value === "string" ? value : JSON.stringify(value);
  return [message, ...findings.map((finding) => `- ${finding.path}: ${finding.message}`)].join("\n");
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
