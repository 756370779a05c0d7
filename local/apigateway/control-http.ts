import { ServiceError } from "../kernel/errors.ts";
import { tryParseObject } from "../kernel/json-text.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { HttpRequest, HttpResponse } from "../kernel/service.ts";
import { badRequest } from "./errors.ts";
import { KINDS } from "./kinds.ts";
import { PARTS } from "./operations.ts";

/** Members whose keys are the user's own. */
const MAPS = new Set(["RequestParameters", "ResponseParameters", "StageVariables", "Tags", "RouteSettings"]);
const VERBS: Record<string, { verb: string; status: number }> = {
  POST: { verb: "Create", status: 201 },
  GET: { verb: "Get", status: 200 },
  PATCH: { verb: "Update", status: 200 },
  DELETE: { verb: "Delete", status: 204 },
};

/** The control operations' REST protocol, whose members begin with a lower-case letter. Errors are thrown. */
export async function answerControl(kernel: Kernel, request: HttpRequest): Promise<HttpResponse> {
  const called = callOf(request);
  if (!called) {
    const name = `apigateway ${request.method} ${request.path}`;
    throw new ServiceError("UnknownOperationException", `The local cloud does not serve ${name}.`, {
      status: 404,
    });
  }
  const input = { ...fromQuery(request.query), ...fromBody(request.body), ...called.input };
  const output = await kernel.call("apigateway", called.operation, input, request);
  const body = called.status === 204 ? "" : JSON.stringify(renamed(output, lowerFirst));
  return { status: called.status, headers: { "content-type": "application/json" }, body };
}

/** "GET /v2/apis/a1/routes/r1" → GetRoute of { ApiId: "a1", RouteId: "r1" } */
function callOf({ method, path }: HttpRequest) {
  const [version, apis, apiId, collection, id, ...more] = path.split("/").slice(1).map(decode);
  const found = Object.hasOwn(VERBS, method) ? VERBS[method] : undefined;
  if (version !== "v2" || apis !== "apis" || more.length > 0 || !found) return undefined;
  const kind =
    collection === undefined ? "Api" : PARTS.find((part) => `${part.toLowerCase()}s` === collection);
  if (!kind) return undefined;
  const one = kind === "Api" ? apiId : id;
  const isList = method === "GET" && one === undefined;
  const names = method !== "POST" && !isList;
  if (names !== (one !== undefined)) return undefined;
  return {
    operation: `${found.verb}${kind}${isList ? "s" : ""}`,
    status: found.status,
    input: {
      ...(apiId !== undefined && { ApiId: apiId }),
      ...(kind !== "Api" && id !== undefined && { [KINDS[kind].id]: id }),
    },
  };
}

/** An id that cannot be decoded does not exist. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function fromQuery(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...query].map(([name, value]) => [upperFirst(name), value]));
}

function fromBody(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  const value = tryParseObject(body.toString("utf8"));
  if (!value) throw badRequest("Invalid request body: it must be a JSON object.");
  return renamed(value, upperFirst) as Record<string, unknown>;
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      rename(name),
      MAPS.has(upperFirst(name)) ? member : renamed(member, rename),
    ]),
  );
}

const lowerFirst = (name: string) => name.slice(0, 1).toLowerCase() + name.slice(1);
const upperFirst = (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1);
