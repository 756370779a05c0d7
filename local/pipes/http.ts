import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { HttpRequest, HttpResponse } from "../kernel/service.ts";
import { invalid } from "./errors.ts";

const OPERATIONS: Record<string, string> = {
  POST: "CreatePipe",
  PUT: "UpdatePipe",
  GET: "DescribePipe",
  DELETE: "DeletePipe",
};
const PATH = /^\/v1\/pipes(?:\/(?<name>[^/]+)(?:\/(?<action>start|stop))?)?$/;

/** Answers a request of the REST protocol. Throws ServiceError. */
export async function answerRest(kernel: Kernel, request: HttpRequest): Promise<HttpResponse> {
  const { method, path, query, body } = request;
  const { name, action } = PATH.exec(path)?.groups ?? {};
  const operation = operationOf(method, PATH.test(path), name, action);
  if (operation === undefined) {
    throw new ServiceError(
      "UnknownOperationException",
      `The local cloud does not serve pipes ${method} ${path}.`,
      { status: 404 },
    );
  }
  const input = {
    ...(body.length > 0 && parse(body)),
    ...Object.fromEntries(query),
    ...(name !== undefined && { Name: decodeURIComponent(name) }),
  };
  const output = await kernel.call("pipes", operation, input, request);
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(output) };
}

function operationOf(method: string, isKnown: boolean, name?: string, action?: string): string | undefined {
  if (!isKnown) return undefined;
  if (name === undefined) return method === "GET" ? "ListPipes" : undefined;
  if (action === undefined) return OPERATIONS[method];
  return method === "POST" ? (action === "start" ? "StartPipe" : "StopPipe") : undefined;
}

function parse(body: Buffer): object {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw invalid("The body is not JSON.");
  }
}
