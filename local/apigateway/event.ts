import { requestTime } from "../kernel/request-time.ts";
import { type Exchange, SOURCE_IP } from "./exchange.ts";

/** Content types whose bodies are passed as text; all others are passed in base64, including forms. */
const TEXT = /^(?:text\/.+|application\/(?:json|javascript|xml|[\w.+-]+\+(?:json|xml)))$/;

/** The event of payload format 2.0. Members without a value are left out, as the service does. */
export function functionEvent(exchange: Exchange): Record<string, unknown> {
  const { headers, body } = exchange;
  const encoded = body.length > 0 && !isText(headers["content-type"], body);
  return {
    version: "2.0",
    ...requestOf(exchange),
    ...(body.length > 0 && { body: body.toString(encoded ? "base64" : "utf8") }),
    isBase64Encoded: encoded,
  };
}

/** The event of a REQUEST authorizer in payload format 2.0. */
export function authorizerEvent(
  exchange: Exchange,
  routeArn: string,
  identitySource: string[],
): Record<string, unknown> {
  return { version: "2.0", type: "REQUEST", routeArn, identitySource, ...requestOf(exchange) };
}

/** The request, without its body. */
function requestOf(exchange: Exchange): Record<string, unknown> {
  const { routeKey, rawPath, rawQueryString, cookies, headers, query } = exchange;
  const { pathParameters, stageVariables } = exchange;
  return {
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookies && { cookies }),
    headers,
    ...(query && { queryStringParameters: query }),
    requestContext: requestContext(exchange),
    ...(pathParameters && { pathParameters }),
    ...(stageVariables && { stageVariables }),
  };
}

function requestContext(exchange: Exchange): Record<string, unknown> {
  const { accountId, apiId, authorizer, domainName, method, rawPath, headers, requestId, routeKey } =
    exchange;
  return {
    accountId,
    apiId,
    ...(authorizer && { authorizer }),
    domainName,
    domainPrefix: apiId,
    http: {
      method,
      path: rawPath,
      protocol: "HTTP/1.1",
      sourceIp: SOURCE_IP,
      userAgent: headers["user-agent"] ?? "",
    },
    requestId,
    routeKey,
    stage: exchange.stage,
    time: requestTime(exchange.time),
    timeEpoch: exchange.time,
  };
}

/** A body that claims to be text and is not would be corrupted, so it counts as binary too. */
function isText(contentType = "text/plain", body: Buffer): boolean {
  const type = contentType.split(";")[0]!.trim().toLowerCase();
  return TEXT.test(type) && Buffer.from(body.toString("utf8"), "utf8").equals(body);
}
