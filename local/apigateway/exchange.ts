import { isOfBrowser } from "../kernel/browser.ts";
import type { HttpRequest } from "../kernel/service.ts";

/** One request to an API, in the form that integrations, authorizers and mappings use. */
export interface Exchange {
  accountId: string;
  apiId: string;
  /** "abc123.execute-api.localhost" */
  domainName: string;
  stage: string;
  stageVariables: Record<string, string> | undefined;
  /** "GET /films/{id}" */
  routeKey: string;
  pathParameters: Record<string, string> | undefined;
  method: string;
  /** Decoded, with the stage as prefix if it has a name: API Gateway's raw path. */
  rawPath: string;
  /** Decoded, without the stage. */
  path: string;
  rawQueryString: string;
  /** Values of one name are joined by commas; undefined if there are none. */
  query: Record<string, string> | undefined;
  /** Without cookies; names in lower case. */
  headers: Record<string, string>;
  cookies: string[] | undefined;
  body: Buffer;
  requestId: string;
  /** Milliseconds since the epoch. */
  time: number;
  /** The signer of the request, and the access key; undefined if it is not signed. */
  signer: { accessKey: string; arn: string } | undefined;
  /** The result of the route's authorizer. */
  authorizer: Authorized | undefined;
}

/** The authorized caller: by a token, by a function, or by a signature. */
export type Authorized =
  | { jwt: { claims: Record<string, string>; scopes: string[] | null } }
  | { lambda: Record<string, unknown> | null }
  | { iam: { accessKey: string; accountId: string; userArn: string } };

/** Every caller is on this machine. */
export const SOURCE_IP = "127.0.0.1";
const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding", "te", "upgrade", "cookie"]);

/** The headers for an integration: those of the request, and those that API Gateway adds. */
export function forwardedHeaders(
  { headers }: HttpRequest,
  port: string,
  trace: string,
): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name));
  return {
    ...Object.fromEntries(kept),
    "x-amzn-trace-id": headers["x-amzn-trace-id"] ?? trace,
    "x-forwarded-for": SOURCE_IP,
    "x-forwarded-port": port,
    "x-forwarded-proto": "http",
  };
}

/**
 * The access key of a request's Signature Version 4. The signature is not checked, so each page could write one: a
 * browser's counts as none.
 */
export function readAccessKey({ headers, query }: HttpRequest): string | undefined {
  if (isOfBrowser(headers)) return undefined;
  const credential =
    /^AWS4-\S+ .*?Credential=([^,\s]+)/.exec(headers.authorization ?? "")?.[1] ??
    query.get("X-Amz-Credential");
  return credential?.split("/")[0];
}

export function readCookies(header: string | undefined): string[] | undefined {
  const cookies = (header ?? "").split(/;\s*/).filter((cookie) => cookie !== "");
  return cookies.length > 0 ? cookies : undefined;
}

export function readQuery(query: URLSearchParams): Record<string, string> | undefined {
  const names = [...new Set(query.keys())];
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, query.getAll(name).join(",")]));
}
