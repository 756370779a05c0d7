import { gunzipSync } from "node:zlib";
import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { CallContext, HttpRequest, HttpResponse } from "../kernel/service.ts";
import { parseJson, readJson, writeJson, writeJsonError } from "./json.ts";
import { readQuery, writeQuery, writeQueryError } from "./query.ts";
import { type Route, serviceOfVersion } from "./route.ts";
import { element, xmlDocument } from "./xml.ts";

const LARGEST_UNCOMPRESSED = 64 * 2 ** 20;

/** Answers one request in its own protocol. Refusals are answers too; only a fault of ours is thrown. */
export async function answer(
  kernel: Kernel,
  route: Route,
  head: RequestHead,
  body: Buffer | string,
): Promise<HttpResponse> {
  switch (route.protocol) {
    case "json":
      return answerJson(kernel, route, head, body);
    case "query":
      return answerQuery(kernel, route.service, head, body);
    case "rest":
      return answerRest(kernel, route.service, { ...head, body: bytesOf(body) });
    case "unknown":
      return writeError(route, unknownOperation(route.name), head);
  }
}

type RequestHead = Omit<HttpRequest, "body">;

const bytesOf = (body: Buffer | string) => (typeof body === "string" ? Buffer.from(body) : body);

/** An error in the form of the protocol that the caller speaks. */
export function writeError(
  route: Route,
  error: ServiceError,
  request: Pick<HttpRequest, "headers" | "requestId" | "path">,
): HttpResponse {
  const service = (route.protocol !== "unknown" && route.service) || "";
  if (route.protocol === "query") return writeQueryError(service, error, request.requestId);
  if (service === "s3") {
    const body = {
      Code: error.code,
      Message: error.message,
      ...error.details,
      Resource: request.path,
      RequestId: request.requestId,
    };
    return {
      status: error.status,
      headers: { "content-type": "application/xml" },
      body: xmlDocument(element("Error", body)),
    };
  }
  return writeJsonError(error, service, jsonType(request.headers));
}

async function answerJson(
  kernel: Kernel,
  { service, operation }: Extract<Route, { protocol: "json" }>,
  head: RequestHead,
  body: Buffer | string,
): Promise<HttpResponse> {
  const isText = typeof body === "string" && head.headers["content-encoding"] === undefined;
  const input = isText ? parseJson(body) : readJson(uncompressed(head, bytesOf(body)));
  const output = await kernel.call(service, operation, input, contextOf(head));
  return writeJson(output, jsonType(head.headers));
}

function contextOf({ caller, requestId, signal, headers }: RequestHead): CallContext {
  return { caller, requestId, signal, traceHeader: headers["x-amzn-trace-id"] };
}

/** SDKs compress what may be long and repeats itself, such as metrics. */
function uncompressed({ headers }: RequestHead, body: Buffer): Buffer {
  if (headers["content-encoding"] !== "gzip") return body;
  try {
    return gunzipSync(body, { maxOutputLength: LARGEST_UNCOMPRESSED });
  } catch (error) {
    throw new ServiceError(
      "SerializationException",
      `The body is not compressed: ${(error as Error).message}`,
    );
  }
}

async function answerQuery(
  kernel: Kernel,
  signed: string | undefined,
  head: RequestHead,
  body: Buffer | string,
): Promise<HttpResponse> {
  const form = head.method === "GET" ? head.query : new URLSearchParams(body.toString());
  const version = form.get("Version") ?? "";
  const service = signed ?? serviceOfVersion(version) ?? "";
  const { action, input } = readQuery(form, service);
  // The oldest SDKs for queues name the queue by the address alone.
  if (service === "sqs" && head.path !== "/") input.QueueUrl ??= head.path;
  if (!Object.hasOwn(kernel.service(service)?.operations ?? {}, action)) {
    throw new ServiceError(
      "InvalidAction",
      `Could not find operation ${action} for version ${version}: the local cloud does not serve ${service ? `${service}:${action}` : "this version"}.`,
    );
  }
  const output = await kernel.call(service, action, input, contextOf(head));
  return writeQuery(service, action, output, head.requestId);
}

async function answerRest(kernel: Kernel, service: string, request: HttpRequest): Promise<HttpResponse> {
  const http = kernel.service(service)?.http;
  if (!http) {
    const name = `${service} ${request.method} ${request.path}`;
    if (!request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
      throw unknownOperation(name);
    }
    throw unknownOperation(
      `${name} by the Query protocol: use an SDK or AWS CLI that speaks its JSON protocol`,
    );
  }
  return await http.call(kernel.service(service), request);
}

const unknownOperation = (name: string) =>
  new ServiceError("UnknownOperationException", `The local cloud does not serve ${name}.`, { status: 404 });

function jsonType(headers: Record<string, string>): string {
  const type = headers["content-type"] ?? "";
  return type.startsWith("application/x-amz-json-1.") ? type : "application/json";
}
