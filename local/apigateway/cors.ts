import type { HttpRequest } from "../kernel/service.ts";
import type { Settings } from "./part-settings.ts";
import type { Response } from "./response.ts";

/** Whether an API with a CORS configuration answers the request itself. */
export function isPreflight({ method, headers }: HttpRequest): boolean {
  return (
    method === "OPTIONS" &&
    headers.origin !== undefined &&
    headers["access-control-request-method"] !== undefined
  );
}

/** The answer to a preflight request; without CORS headers if the origin is not allowed. */
export function preflight(cors: Settings, origin: string): Response {
  const { AllowMethods, AllowHeaders, MaxAge } = cors;
  const allowed = allowedOrigin(cors, origin);
  return {
    status: 204,
    headers: {
      ...originHeaders(cors, allowed),
      ...(allowed && {
        ...list("access-control-allow-methods", AllowMethods),
        ...list("access-control-allow-headers", AllowHeaders),
        ...(MaxAge !== undefined && { "access-control-max-age": String(MaxAge) }),
      }),
    },
    body: "",
  };
}

/** The response with the API's CORS headers instead of the integration's own. */
export function withCors(cors: Settings, origin: string | undefined, response: Response): Response {
  const others = Object.entries(response.headers).filter(([name]) => !name.startsWith("access-control-"));
  const allowed = origin === undefined ? undefined : allowedOrigin(cors, origin);
  return {
    ...response,
    headers: {
      ...Object.fromEntries(others),
      ...originHeaders(cors, allowed),
      ...(allowed && list("access-control-expose-headers", cors.ExposeHeaders)),
    },
  };
}

function originHeaders(cors: Settings, allowed: string | undefined): Record<string, string> {
  if (allowed === undefined) return {};
  return {
    "access-control-allow-origin": allowed,
    ...(String(cors.AllowCredentials) === "true" && { "access-control-allow-credentials": "true" }),
  };
}

/** "*", or the origin if it is listed exactly or as `http://*` or `https://*`. */
export function allowedOrigin({ AllowOrigins = [] }: Settings, origin: string): string | undefined {
  const origins = AllowOrigins as string[];
  if (origins.includes("*")) return "*";
  const matches = (pattern: string) =>
    pattern.endsWith("://*") ? origin.startsWith(pattern.slice(0, -1)) : pattern === origin;
  return origins.some(matches) ? origin : undefined;
}

const list = (header: string, values: string[] | undefined): Record<string, string> =>
  values && values.length > 0 ? { [header]: values.join(",") } : {};
