import type { Outcome, Problem } from "./types.ts";

/** An error response of the API, with the API's message. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly path: string | undefined;
  /** All errors of a payload. */
  readonly findings: readonly { path: string; message: string }[];

  constructor(status: number, code: string, message: string, details: Partial<Problem["error"]> = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.path = details.path;
    this.findings = details.findings ?? [];
  }
}

/** The API has the same base path as the page: "/" on AWS, "/_api/<id>/" locally. */
export const BASE = new URL(".", document.baseURI);

const TOKEN = `millrace.token:${BASE.pathname}`;

export const token = {
  get: (): string | null => sessionStorage.getItem(TOKEN),
  set: (value: string): void => sessionStorage.setItem(TOKEN, value),
  forget: (): void => sessionStorage.removeItem(TOKEN),
};

export type Query = Record<string, string | number | boolean | undefined>;

/** Address of a resource: "runs/r-1" with its query. Undefined and empty values are left out. */
export function address(resource: string, query: Query = {}): URL {
  const url = new URL(`api/${resource}`, BASE);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") url.searchParams.set(name, String(value));
  }
  return url;
}

export async function get<T>(resource: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return (await (await ask(address(resource, query), signal ? { signal } : {})).json()) as T;
}

/**
 * Requests a change. The same key means the same change: repeating it after a lost response does not execute
 * it twice.
 * @returns the outcome where it was carried out
 */
export async function change(resource: string, body: unknown, key: string): Promise<Outcome> {
  const response = await ask(address(resource), {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify(body ?? {}),
  });
  return (await response.json()) as Outcome;
}

/** @throws ApiError for any error response, or if there is no response */
export async function ask(url: URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const held = token.get();
  if (held) headers.set("Authorization", `Bearer ${held}`);
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers, cache: "no-store" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, "unreachable", "The API is not reachable. Check that the app is running.");
  }
  if (response.ok) return response;
  throw await refusal(response);
}

async function refusal(response: Response): Promise<ApiError> {
  // API Gateway has a response format of its own, and a refused command is answered with its outcome.
  const body = (await response.json().catch(() => undefined)) as
    | (Partial<Problem> & { says?: string; message?: string })
    | undefined;
  const says = body?.error?.message ?? body?.says ?? body?.message ?? sentenceOf(response.status);
  return new ApiError(response.status, body?.error?.code ?? String(response.status), says, body?.error);
}

function sentenceOf(status: number): string {
  if (status === 401) return "The token is missing, invalid or expired.";
  if (status === 403) return "Your role does not allow this.";
  if (status === 404) return "Not found.";
  if (status === 429) return "Too many requests. Try again in a moment.";
  return `The API returned status ${status}.`;
}
