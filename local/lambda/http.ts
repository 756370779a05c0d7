import { ServiceError } from "../kernel/errors.ts";
import { isObject } from "../kernel/is-object.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { HttpRequest, HttpResponse } from "../kernel/service.ts";
import { invalidRequestContent } from "./errors.ts";

/**
 * [method, path after the API's date, operation, status of the response]. `{Name}` becomes a member of the
 * input.
 */
const ROUTES: [string, string, string, number?][] = [
  ["GET", "/functions", "ListFunctions"],
  ["POST", "/functions", "CreateFunction", 201],
  ["GET", "/functions/{FunctionName}", "GetFunction"],
  ["DELETE", "/functions/{FunctionName}", "DeleteFunction", 204],
  ["GET", "/functions/{FunctionName}/configuration", "GetFunctionConfiguration"],
  ["PUT", "/functions/{FunctionName}/configuration", "UpdateFunctionConfiguration"],
  ["POST", "/functions/{FunctionName}/versions", "PublishVersion", 201],
  ["GET", "/functions/{FunctionName}/versions", "ListVersionsByFunction"],
  ["POST", "/functions/{FunctionName}/aliases", "CreateAlias", 201],
  ["GET", "/functions/{FunctionName}/aliases/{Name}", "GetAlias"],
  ["PUT", "/functions/{FunctionName}/aliases/{Name}", "UpdateAlias"],
  ["DELETE", "/functions/{FunctionName}/aliases/{Name}", "DeleteAlias", 204],
  ["GET", "/functions/{FunctionName}/policy", "GetPolicy"],
  ["POST", "/functions/{FunctionName}/policy", "AddPermission", 201],
  ["DELETE", "/functions/{FunctionName}/policy/{StatementId}", "RemovePermission", 204],
  ["PUT", "/functions/{FunctionName}/concurrency", "PutFunctionConcurrency"],
  ["GET", "/functions/{FunctionName}/concurrency", "GetFunctionConcurrency"],
  ["DELETE", "/functions/{FunctionName}/concurrency", "DeleteFunctionConcurrency", 204],
  ["PUT", "/functions/{FunctionName}/recursion-config", "PutFunctionRecursionConfig"],
  ["PUT", "/functions/{FunctionName}/event-invoke-config", "PutFunctionEventInvokeConfig"],
  ["POST", "/functions/{FunctionName}/event-invoke-config", "UpdateFunctionEventInvokeConfig"],
  ["GET", "/functions/{FunctionName}/event-invoke-config", "GetFunctionEventInvokeConfig"],
  ["DELETE", "/functions/{FunctionName}/event-invoke-config", "DeleteFunctionEventInvokeConfig", 204],
  ["POST", "/functions/{FunctionName}/url", "CreateFunctionUrlConfig", 201],
  ["PUT", "/functions/{FunctionName}/url", "UpdateFunctionUrlConfig"],
  ["GET", "/functions/{FunctionName}/url", "GetFunctionUrlConfig"],
  ["DELETE", "/functions/{FunctionName}/url", "DeleteFunctionUrlConfig", 204],
  ["POST", "/event-source-mappings", "CreateEventSourceMapping", 202],
  ["GET", "/event-source-mappings", "ListEventSourceMappings"],
  ["GET", "/event-source-mappings/{UUID}", "GetEventSourceMapping"],
  ["PUT", "/event-source-mappings/{UUID}", "UpdateEventSourceMapping", 202],
  ["DELETE", "/event-source-mappings/{UUID}", "DeleteEventSourceMapping", 202],
  ["GET", "/tags/{Resource}", "ListTags"],
  ["POST", "/tags/{Resource}", "TagResource", 204],
  ["DELETE", "/tags/{Resource}", "UntagResource", 204],
];
const PATTERNS = ROUTES.map(([method, path, operation, status = 200]) => ({
  method,
  operation,
  status,
  pattern: new RegExp(`^${path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
}));
const INVOCATIONS = /^\/functions\/(?<FunctionName>[^/]+)\/invocations$/;
const API_DATE = /^\/\d{4}-\d{2}-\d{2}(?=\/)/;

/** Answers a request of Lambda's REST protocol. Throws ServiceError. */
export async function answerRest(kernel: Kernel, request: HttpRequest): Promise<HttpResponse> {
  const path = request.path.replace(API_DATE, "").replace(/\/$/, "");
  const invoked = request.method === "POST" ? INVOCATIONS.exec(path)?.groups : undefined;
  if (invoked) return invoke(kernel, decodeURIComponent(invoked.FunctionName!), request);

  for (const { method, pattern, operation, status } of PATTERNS) {
    const found = method === request.method ? pattern.exec(path) : null;
    if (!found) continue;
    const input = {
      ...queryMembers(request.query),
      ...(request.method !== "GET" && readBody(request.body)),
      ...decoded(found.groups ?? {}),
    };
    const output = await kernel.call("lambda", operation, input, request);
    if (status === 204) return { status, headers: {}, body: "" };
    return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(output) };
  }
  throw new ServiceError(
    "UnknownOperationException",
    `The local cloud does not serve ${request.method} ${request.path} of Lambda.`,
    { status: 404 },
  );
}

/** Invoke carries the event as the body, everything else in headers. */
async function invoke(kernel: Kernel, FunctionName: string, request: HttpRequest): Promise<HttpResponse> {
  const { headers, query, body } = request;
  const input = {
    FunctionName,
    Qualifier: query.get("Qualifier") ?? undefined,
    InvocationType: headers["x-amz-invocation-type"],
    LogType: headers["x-amz-log-type"],
    ClientContext: headers["x-amz-client-context"],
    TraceHeader: headers["x-amzn-trace-id"],
    Payload: body,
  };
  const output = await kernel.call("lambda", "Invoke", input, request);
  return {
    status: output.StatusCode,
    headers: {
      "content-type": "application/json",
      ...(output.ExecutedVersion && { "x-amz-executed-version": output.ExecutedVersion }),
      ...(output.FunctionError && { "x-amz-function-error": output.FunctionError }),
      ...(output.LogResult && { "x-amz-log-result": output.LogResult }),
    },
    body: output.Payload ?? "",
  };
}

function readBody(body: Buffer): object {
  if (body.length === 0) return {};
  try {
    const value = JSON.parse(body.toString());
    if (isObject(value)) return value;
  } catch (error) {
    throw invalidRequestContent(`Could not parse request body into json: ${(error as Error).message}`);
  }
  throw invalidRequestContent("Could not parse request body into json: it must be an object.");
}

/** Query parameters as members: repeatable ones (tagKeys) as a list, with the API's capitals. */
function queryMembers(query: URLSearchParams): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    members[name[0]!.toUpperCase() + name.slice(1)] = values.length > 1 ? values : values[0];
  }
  return members;
}

function decoded(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
}
