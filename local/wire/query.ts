import { ALL_ENGINES } from "../engines.ts";
import { ServiceError } from "../kernel/errors.ts";
import type { HttpResponse } from "../kernel/service.ts";
import { readFlattened, writeFlattened } from "./flattened.ts";
import { element, xmlDocument } from "./xml.ts";

/** The Query protocol (STS, CloudFormation, SNS, SQS): a form with `Action` in, XML out. */

const NAMESPACES: Record<string, string> = {
  cloudformation: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
  iam: "https://iam.amazonaws.com/doc/2010-05-08/",
  sns: "http://sns.amazonaws.com/doc/2010-03-31/",
  sqs: "http://queue.amazonaws.com/doc/2012-11-05/",
  sts: "https://sts.amazonaws.com/doc/2011-06-15/",
};

/** The members of outputs that are maps, by service. */
const MAPS = new Map(
  ALL_ENGINES.flatMap(({ name, wire }) =>
    wire.protocol === "query" && wire.maps ? [[name as string, new Set(wire.maps)] as const] : [],
  ),
);

/** The lists and maps of services that write these flattened. */
const FLATTENED = new Map(
  ALL_ENGINES.flatMap(({ name, wire }) =>
    wire.protocol === "json" && wire.query ? [[name as string, wire.query.names] as const] : [],
  ),
);

interface Tree {
  [name: string]: Tree | string;
}

/** "Parameters.member.1.ParameterKey=a" → { Parameters: [{ ParameterKey: "a" }] }. All values are text. */
export function readQuery(
  form: URLSearchParams,
  service = "",
): { action: string; input: Record<string, unknown> } {
  const tree: Tree = Object.create(null);
  for (const [name, value] of form) {
    if (name === "Action" || name === "Version") continue;
    const path = name.split(".");
    const last = path.pop()!;
    let at = tree;
    for (const part of path) {
      const below = at[part];
      if (typeof below === "string") throw malformed(name);
      at[part] = below ?? Object.create(null);
      at = at[part] as Tree;
    }
    if (typeof at[last] === "object") throw malformed(name);
    at[last] = value;
  }
  const action = form.get("Action") ?? "";
  const names = FLATTENED.get(service);
  const input = names ? readFlattened(action, tree, names) : lists(tree);
  return { action, input: input as Record<string, unknown> };
}

const malformed = (name: string) =>
  new ServiceError("MalformedQueryString", `The parameter ${name} is both a value and a structure.`);

function lists(node: Tree | string): unknown {
  if (typeof node === "string") return node;
  const { member, entry } = node;
  if (typeof member === "object") return numbered(member);
  if (typeof entry === "object") {
    return Object.fromEntries(
      numbered(entry).map((one: any) => [one.key ?? one.Name, one.value ?? one.Value]),
    );
  }
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, lists(value)]));
}

const numbered = (items: Tree) =>
  Object.entries(items)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, item]) => lists(item));

/** The output with its map members as `Map`, which are written as entries. */
function withMaps(service: string, output: any): unknown {
  const maps = MAPS.get(service);
  if (!maps || typeof output !== "object" || output === null) return output;
  return Object.fromEntries(
    Object.entries(output).map(([name, value]) => [
      name,
      maps.has(name) ? new Map(Object.entries(value as object)) : value,
    ]),
  );
}

export function writeQuery(
  service: string,
  action: string,
  output: unknown,
  requestId: string,
): HttpResponse {
  const xmlns = NAMESPACES[service] ?? "";
  return xml(
    200,
    `<${action}Response xmlns="${xmlns}">${resultOf(service, action, output ?? {})}` +
      `${element("ResponseMetadata", { RequestId: requestId })}</${action}Response>`,
  );
}

/** A service with flattened lists writes no result for an operation without one. */
function resultOf(service: string, action: string, output: object): string {
  const names = FLATTENED.get(service);
  if (!names) return element(`${action}Result`, withMaps(service, output));
  const isEmpty = Object.keys(output).length === 0 && !HAS_RESULT.test(action);
  return isEmpty ? "" : `<${action}Result>${writeFlattened(action, output, names)}</${action}Result>`;
}

/** Operations whose result may be empty. */
const HAS_RESULT = /^(?:Receive|List|Get)/;

export function writeQueryError(service: string, error: ServiceError, requestId: string): HttpResponse {
  const Type = error.fault === "client" ? "Sender" : "Receiver";
  // Services that now speak JSON have other codes there.
  const Code = error.details.queryErrorCode ?? error.code;
  const Detail = FLATTENED.has(service) ? "" : undefined;
  return xml(
    error.status,
    `<ErrorResponse xmlns="${NAMESPACES[service] ?? ""}">` +
      `${element("Error", { Type, Code, Message: error.message, Detail })}` +
      `${element("RequestId", requestId)}</ErrorResponse>`,
  );
}

const xml = (status: number, root: string): HttpResponse => ({
  status,
  headers: { "content-type": "text/xml" },
  body: xmlDocument(root),
});
