import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Hono } from "hono";
import { refusedPath } from "../ingress/request-path.ts";
import { ApiError } from "./errors.ts";
import type { Bindings } from "./operation.ts";

/** Answers a request. A path that would resolve to another one is refused first. */
export async function answerEvent(
  event: APIGatewayProxyEventV2,
  app: Hono<{ Bindings: Bindings }>,
): Promise<APIGatewayProxyStructuredResultV2> {
  const why = refusedPath(event.rawPath) ?? refusedPath(event.requestContext.http.path);
  if (why !== undefined) return refusal(new ApiError("bad-request", why, { path: "path" }));
  return resultOf(await app.fetch(requestOf(event), { event }));
}

/** A request in API Gateway's form. Its path is decoded: here it is encoded again. */
export function requestOf(event: APIGatewayProxyEventV2): Request {
  const { rawPath, rawQueryString, requestContext, headers, body, isBase64Encoded } = event;
  const path = rawPath.split("/").map(encodeURIComponent).join("/");
  const url = `https://${requestContext.domainName}${path}${rawQueryString ? `?${rawQueryString}` : ""}`;
  const { method } = requestContext.http;
  const given = Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return new Request(url, {
    method,
    headers: new Headers(given),
    ...(body !== undefined &&
      method !== "GET" &&
      method !== "HEAD" && { body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8") }),
  });
}

/** Content types that are text and need no base64. */
const TEXT = /^(?:text\/|application\/json)/;

/** Lambda returns up to 6 MB, and base64 makes the body longer by a third. */
const LARGEST_ANSWER = 4_400_000;

function tooLarge(bytes: number): ApiError {
  return new ApiError(
    "too-large",
    `The response would have ${bytes} bytes; the maximum is ${LARGEST_ANSWER}. Use a smaller "limit".`,
  );
}

function refusal({ problem, status }: ApiError): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify(problem),
  };
}

export async function resultOf(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const headers = Object.fromEntries(response.headers);
  const isText = !headers["content-encoding"] && TEXT.test(headers["content-type"] ?? "text/");
  const body = Buffer.from(await response.arrayBuffer());
  if (body.length > LARGEST_ANSWER) return refusal(tooLarge(body.length));
  return {
    statusCode: response.status,
    headers,
    body: body.toString(isText ? "utf8" : "base64"),
    isBase64Encoded: !isText,
  };
}
