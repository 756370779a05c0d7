import { asText } from "../kernel/json-text.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { requestTime } from "../kernel/request-time.ts";
import type { HttpRequest, HttpResponse } from "../kernel/service.ts";

/** Bodies of these types reach the function as text, all others in base64. */
const TEXT = /^(?:text\/|application\/(?:json|javascript|xml|x-www-form-urlencoded|[\w.+-]+\+(?:json|xml)))/;

/** The event for a request to a function URL: payload format 2.0. */
export function urlEvent(request: HttpRequest, id: string, authType: string, kernel: Kernel): object {
  const { method, path, query, search, headers, body, requestId } = request;
  const { cookie, ...others } = headers;
  const time = kernel.clock.now();
  const parameters = new Map<string, string>();
  for (const [name, value] of query) {
    const earlier = parameters.get(name);
    parameters.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  const isText = TEXT.test(headers["content-type"] ?? "");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: decodeURI(path),
    rawQueryString: search,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers: others,
    ...(parameters.size > 0 && { queryStringParameters: Object.fromEntries(parameters) }),
    requestContext: {
      accountId: authType === "NONE" ? "anonymous" : kernel.account,
      apiId: id,
      ...(authType === "AWS_IAM" && {
        authorizer: { iam: { accountId: kernel.account, userArn: request.caller } },
      }),
      domainName: headers.host,
      domainPrefix: id,
      http: {
        method,
        path: decodeURI(path),
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: "$default",
      stage: "$default",
      time: requestTime(time),
      timeEpoch: time,
    },
    ...(body.length > 0 && { body: isText ? body.toString() : body.toString("base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** A function's response (JSON text) as HTTP; undefined if it cannot be sent. */
export function readUrlAnswer(payload: string): HttpResponse | undefined {
  const answer = JSON.parse(payload);
  if (typeof answer !== "object" || answer === null || !("statusCode" in answer)) {
    const body = typeof answer === "string" ? answer : payload;
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  const { statusCode, headers = {}, cookies = [], body = "", isBase64Encoded = false } = answer;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  const text = asText(body);
  return {
    status,
    headers: {
      "content-type": "application/json",
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      ...(cookies.length > 0 && { "set-cookie": cookies }),
    },
    body: isBase64Encoded ? Buffer.from(text, "base64") : text,
  };
}
