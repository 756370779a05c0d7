import { ServiceError } from "../kernel/errors.ts";
import { tryParseObject } from "../kernel/json-text.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { HttpRequest, HttpResponse } from "../kernel/service.ts";

interface Route {
  method: string;
  path: RegExp;
  operation: string;
  /** The member that is the path's variable part. */
  variable?: string;
  /** Query parameter → member; all are texts except those in NUMBERS and LISTS. */
  query?: Record<string, string>;
}

const ONE_SCHEDULE = { groupName: "GroupName", clientToken: "ClientToken" };
const LIST = { NamePrefix: "NamePrefix", NextToken: "NextToken", MaxResults: "MaxResults" };
const NUMBERS = new Set(["MaxResults"]);
const LISTS = new Set(["TagKeys"]);
const SCHEDULE = /^\/schedules\/([^/]+)$/;
const GROUP = /^\/schedule-groups\/([^/]+)$/;
const TAGS = /^\/tags\/(.+)$/;

const ROUTES: Route[] = [
  { method: "POST", path: SCHEDULE, operation: "CreateSchedule", variable: "Name" },
  { method: "PUT", path: SCHEDULE, operation: "UpdateSchedule", variable: "Name" },
  { method: "GET", path: SCHEDULE, operation: "GetSchedule", variable: "Name", query: ONE_SCHEDULE },
  { method: "DELETE", path: SCHEDULE, operation: "DeleteSchedule", variable: "Name", query: ONE_SCHEDULE },
  {
    method: "GET",
    path: /^\/schedules\/?$/,
    operation: "ListSchedules",
    query: { ...LIST, ScheduleGroup: "GroupName", State: "State" },
  },
  { method: "POST", path: GROUP, operation: "CreateScheduleGroup", variable: "Name" },
  { method: "GET", path: GROUP, operation: "GetScheduleGroup", variable: "Name" },
  {
    method: "DELETE",
    path: GROUP,
    operation: "DeleteScheduleGroup",
    variable: "Name",
    query: { clientToken: "ClientToken" },
  },
  { method: "GET", path: /^\/schedule-groups\/?$/, operation: "ListScheduleGroups", query: LIST },
  { method: "POST", path: TAGS, operation: "TagResource", variable: "ResourceArn" },
  {
    method: "DELETE",
    path: TAGS,
    operation: "UntagResource",
    variable: "ResourceArn",
    query: { TagKeys: "TagKeys" },
  },
  { method: "GET", path: TAGS, operation: "ListTagsForResource", variable: "ResourceArn" },
];

/** Scheduler's REST protocol. Errors are thrown, and written as responses elsewhere. */
export async function answerHttp(kernel: Kernel, request: HttpRequest): Promise<HttpResponse> {
  const { method, path } = request;
  const route = ROUTES.find((candidate) => candidate.method === method && candidate.path.test(path));
  if (!route) {
    const message = `The local cloud does not serve scheduler ${method} ${path}.`;
    throw new ServiceError("UnknownOperationException", message, { status: 404 });
  }
  const output = await kernel.call("scheduler", route.operation, inputOf(route, request), request);
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(output) };
}

function inputOf(route: Route, { path, query, body }: HttpRequest): Record<string, unknown> {
  const input: Record<string, unknown> = route.query ? {} : readBody(body);
  for (const [parameter, member] of Object.entries(route.query ?? {})) {
    const values = query.getAll(parameter);
    if (values.length === 0) continue;
    if (LISTS.has(member)) input[member] = values;
    else input[member] = NUMBERS.has(member) ? Number(values[0]) : values[0];
  }
  if (route.variable) input[route.variable] = decode(route.path.exec(path)![1]!);
  return input;
}

function readBody(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  const value = tryParseObject(body.toString("utf8"));
  if (!value) throw new ServiceError("SerializationException", "The request body must be a JSON object.");
  return value;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ServiceError("SerializationException", `${part} is not percent-encoded as a path must be.`);
  }
}
