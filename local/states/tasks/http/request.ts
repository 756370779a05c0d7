import { isObject } from "../../../kernel/is-object.ts";
import { asText } from "../../../kernel/json-text.ts";
import { isDataObject } from "../../../kernel/raw-number.ts";
import type { ArrayFormat, HttpTaskParameters } from "./parameters.ts";

type Pair = [name: string, value: string];

/** What the connection adds to the request; it takes precedence. */
export interface Additions {
  headers: Pair[];
  query: Pair[];
  body: Pair[];
}

export interface HttpTaskRequest {
  method: string;
  url: URL;
  headers: Pair[];
  body: string | undefined;
}

/** The connection has parameters for a body that is no object. */
export class MergeError extends Error {
  constructor() {
    super("Cannot merge connection body authorization parameters with request body.");
  }
}

/** The request of an HTTP task. Throws MergeError. */
export function requestOf(task: HttpTaskParameters, additions: Additions, region: string): HttpTaskRequest {
  const { ApiEndpoint, Method, Headers = {}, QueryParameters = {}, RequestBody, Transform } = task;
  const url = new URL(ApiEndpoint);
  const query = encodeForm(merged(QueryParameters, additions.query), "REPEAT");
  if (query !== "") url.search = url.search === "" ? query : `${url.search}&${query}`;
  return {
    method: Method,
    url,
    headers: headersOf(Headers, additions.headers, region),
    body: encodeBody(bodyOf(RequestBody, additions.body), Transform),
  };
}

/** Names that differ in case only are different names here: both are sent, the connection's first. */
function headersOf(given: Record<string, unknown>, added: Pair[], region: string): Pair[] {
  const names = new Set(added.map(([name]) => name));
  const own = Object.entries(given)
    .filter(([name]) => !names.has(name))
    .flatMap(([name, value]) => [value].flat().map((one): Pair => [name, textOf(one)]));
  const all: Pair[] = [...added, ...own];
  const hasType = all.some(([name]) => name.toLowerCase() === "content-type");
  return [
    ...all.filter(([name]) => !/^(?:user-agent|range)$/i.test(name)),
    ...(hasType ? [] : [["Content-Type", "application/json; charset=UTF-8"] as Pair]),
    ["User-Agent", `Amazon|StepFunctions|HttpInvoke|${region}`],
    ["Range", "bytes=0-262144"],
  ];
}

function bodyOf(given: unknown, added: Pair[]): unknown {
  if (added.length === 0) return given;
  if (given !== undefined && !isObject(given)) throw new MergeError();
  return merged(given ?? {}, added);
}

/** A value that is replaced keeps its position. */
const merged = (given: Record<string, unknown>, added: Pair[]) => ({
  ...given,
  ...Object.fromEntries(added),
});

function encodeBody(body: unknown, transform: HttpTaskParameters["Transform"]): string | undefined {
  if (body === undefined) return undefined;
  if (transform?.RequestBodyEncoding !== "URL_ENCODED") return asText(body);
  if (!isObject(body)) return encodeURIComponent(textOf(body));
  return encodeForm(body, transform.RequestEncodingOptions?.ArrayFormat ?? "INDICES");
}

/** Form-encodes an object: `a=1&list%5B0%5D=x&nested%5Bkey%5D=y`, with %20 for spaces. */
function encodeForm(fields: Record<string, unknown>, format: ArrayFormat): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => pairsOf(name, value, format))
    .map((pair) => pair.map(encodeURIComponent).join("="))
    .join("&");
}

function pairsOf(name: string, value: unknown, format: ArrayFormat): Pair[] {
  if (Array.isArray(value)) {
    if (format === "COMMAS") return [[name, value.map(textOf).join(",")]];
    const suffix = (index: number) => ({ INDICES: `[${index}]`, BRACKETS: "[]", REPEAT: "" })[format];
    return value.flatMap((item, index) => pairsOf(`${name}${suffix(index)}`, item, format));
  }
  if (isDataObject(value)) {
    return Object.entries(value).flatMap(([key, member]) => pairsOf(`${name}[${key}]`, member, format));
  }
  return [[name, textOf(value)]];
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? "" : asText(value);
}
