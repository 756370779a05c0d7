import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { ApiError } from "./errors.ts";

/** A request as API Gateway hands it to a function. Its path comes decoded: here it is encoded again. */
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

/** Content that is text all through, and needs no base64. */
const TEXT = /^(?:text\/|application\/json)/;

/** Lambda passes on 6 MB, which base64 makes longer by a third. */
const LARGEST_ANSWER = 4_400_000;

function tooLarge(bytes: number): APIGatewayProxyStructuredResultV2 {
  const { problem, status } = new ApiError(
    "too-large",
    `The answer would have ${bytes} bytes, and at most ${LARGEST_ANSWER} can be sent. Ask for fewer by limit.`,
  );
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
  if (body.length > LARGEST_ANSWER) return tooLarge(body.length);
  return {
    statusCode: response.status,
    headers,
    body: body.toString(isText ? "utf8" : "base64"),
    isBase64Encoded: !isText,
  };
}
