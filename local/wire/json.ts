import { ServiceError } from "../kernel/errors.ts";
import { isObject } from "../kernel/is-object.ts";
import type { HttpResponse } from "../kernel/service.ts";

/** The protocols awsJson 1.0 and 1.1: the operation in a header, one JSON object in, one out. */

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The namespace that a service writes before an error's name in `__type`; the others write the bare name. */
const NAMESPACES: Record<string, string> = {
  dynamodb: "com.amazonaws.dynamodb.v20120810#",
  dynamodbstreams: "com.amazonaws.dynamodb.v20120810#",
  sqs: "com.amazonaws.sqs#",
};

/** Errors that come from the framework beneath such a service. */
const FRAMEWORK: Record<string, string> = {
  SerializationException: "com.amazon.coral.service#",
  UnknownOperationException: "com.amazon.coral.service#",
  AccessDeniedException: "com.amazon.coral.service#",
  ValidationException: "com.amazon.coral.validate#",
};

/** Errors of such a service that are modelled with a capital letter, as those of its framework and all with further members are. */
const CAPITAL = ["IdempotentParameterMismatchException", "TransactionInProgressException"];

function messageMember(service: string, code: string, details: object): "message" | "Message" {
  if (service !== "dynamodb" && service !== "dynamodbstreams") return "message";
  const isOfFramework = FRAMEWORK[code] === "com.amazon.coral.service#";
  return isOfFramework || CAPITAL.includes(code) || Object.keys(details).length > 0 ? "Message" : "message";
}

/** The input of an operation. Throws SerializationException for what is not one JSON object in UTF-8. */
export function readJson(body: Buffer): Record<string, unknown> {
  return parseJson(readable(() => UTF8.decode(body)));
}

/** The same for a body that arrived as a text. */
export function parseJson(text: string): Record<string, unknown> {
  if (text === "") return {};
  const value = readable((): unknown => JSON.parse(text.toWellFormed()));
  if (!isObject(value)) {
    throw new ServiceError("SerializationException", "The request body must be a JSON object.");
  }
  return value as Record<string, unknown>;
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ServiceError(
      "SerializationException",
      `The request body is not JSON: ${(error as Error).message}`,
    );
  }
}

export function writeJson(output: unknown, contentType: string): HttpResponse {
  return { status: 200, headers: { "content-type": contentType }, body: JSON.stringify(output ?? {}) };
}

/** The error as the service sends it. `details.queryErrorCode` becomes the header of query-compatible services. */
export function writeJsonError(error: ServiceError, service: string, contentType: string): HttpResponse {
  const { queryErrorCode, ...details } = error.details;
  const namespace = NAMESPACES[service];
  const type = namespace === undefined ? error.code : `${FRAMEWORK[error.code] ?? namespace}${error.code}`;
  const headers: Record<string, string> = { "content-type": contentType, "x-amzn-errortype": error.code };
  if (queryErrorCode !== undefined) {
    headers["x-amzn-query-error"] = `${queryErrorCode};${error.fault === "client" ? "Sender" : "Receiver"}`;
  }
  return {
    status: error.status,
    headers,
    body: JSON.stringify({
      __type: type,
      [messageMember(service, error.code, details)]: error.message,
      ...details,
    }),
  };
}
