import { ALL_ENGINES } from "../engines.ts";

/** The service that a request is for, and the operation where the protocol names it outside the body. */
export type Route =
  | { protocol: "json"; service: string; operation: string }
  | { protocol: "query"; service: string | undefined }
  | { protocol: "rest"; service: string }
  | { protocol: "unknown"; name: string };

/** The part of a request that decides where it goes. `headers` have lower-case names. */
export interface Routable {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
}

const wires = ALL_ENGINES.map(({ name, wire }) => ({ name, wire }));

/** Services that are known and not served: the refusal names them. By X-Amz-Target's prefix, or by the API version. */
const NOT_SERVED = { targets: { TrentService: "kms" }, versions: { "2010-05-08": "iam" } };

/** X-Amz-Target's prefix → the name under which the service's requests are signed. */
const TARGETS = new Map<string, string>([
  ...wires.flatMap(({ name, wire }) => (wire.protocol === "json" ? [[wire.target, name] as const] : [])),
  ...Object.entries(NOT_SERVED.targets),
]);

/** Services of the Query protocol, by the API version that each request carries. */
const QUERY_VERSIONS = new Map<string, string>([
  ...wires.flatMap(({ name, wire }) => (wire.protocol === "query" ? [[wire.version, name] as const] : [])),
  ...wires.flatMap(({ name, wire }) =>
    wire.protocol === "json" && wire.query ? [[wire.query.version, name] as const] : [],
  ),
  ...Object.entries(NOT_SERVED.versions),
]);

const QUERY_SERVICES = new Set(QUERY_VERSIONS.values());

/** Operations of the Query protocol that the GET of an address calls. */
const ADDRESSES = wires.flatMap(({ name, wire }) =>
  wire.protocol === "query" && wire.addresses ? [{ name, ...wire.addresses }] : [],
);

const REST = wires.flatMap(({ name, wire }) => (wire.protocol === "rest" ? [{ name, wire }] : []));

/** What the requests of a service are signed for → the service. */
const SIGNED_FOR = new Map(
  REST.flatMap(({ name, wire }) => (wire.alsoSignedFor ?? []).map((signed) => [signed, name] as const)),
);

/** The local cloud itself, which AWS has no service for. */
const OWN_SERVICE = "millrace";

/** The status of the local cloud: /_millrace/status. */
const OWN_PATH = /^\/_millrace\//;

export function route(request: Routable): Route {
  const { method, path, headers } = request;
  const host = (headers.host ?? "").toLowerCase().replace(/:\d+$/, "");
  if (OWN_PATH.test(path)) return { protocol: "rest", service: OWN_SERVICE };
  // The host decides first: it is the origin of a page, which reaches nothing else by a path of its own origin.
  const named =
    REST.find(({ wire }) => wire.hosts?.some((pattern) => pattern.test(host))) ??
    REST.find(({ wire }) => wire.paths?.some((pattern) => pattern.test(path)));
  if (named) return { protocol: "rest", service: named.name };

  const addressed = method === "GET" ? addressedBy(request) : undefined;
  if (addressed !== undefined) return { protocol: "query", service: addressed };

  const target = headers["x-amz-target"];
  if (target !== undefined && method === "POST") {
    const dot = target.lastIndexOf(".");
    const service = dot < 0 ? undefined : TARGETS.get(target.slice(0, dot));
    if (service === undefined) return { protocol: "unknown", name: target };
    return { protocol: "json", service, operation: target.slice(dot + 1) };
  }

  const signed = signedFor(request);
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  if (method === "POST" && isForm && (signed === undefined || QUERY_SERVICES.has(signed))) {
    return { protocol: "query", service: signed };
  }
  if (signed) return { protocol: "rest", service: SIGNED_FOR.get(signed) ?? signed };
  // A browser that opens an object's address does not sign.
  if (method === "GET" || method === "HEAD") return { protocol: "rest", service: "s3" };
  return { protocol: "unknown", name: `${method} ${path}` };
}

/** The service of the Query protocol whose operation an address calls. */
function addressedBy({ path, query }: Routable): string | undefined {
  const action = query.get("Action") ?? "";
  return ADDRESSES.find((address) => address.path === path && address.operations.includes(action))?.name;
}

/** The service that a request is signed for: by its header or, in a presigned address, which every page can make, S3 alone. */
function signedFor({ headers, query }: Routable): string | undefined {
  const byHeader = signature({ headers, query: NO_QUERY })?.service;
  if (byHeader !== undefined) return byHeader;
  return signature({ headers, query })?.service === "s3" ? "s3" : undefined;
}

const NO_QUERY = new URLSearchParams();

/** The service of an unsigned Query request. */
export function serviceOfVersion(version: string): string | undefined {
  return QUERY_VERSIONS.get(version);
}

/**
 * The readable part of a signature: the key and the service. Version 2 is known in presigned addresses
 * of S3 alone. The signature itself is not checked: only programs of this machine can call, and there are no secrets to know.
 */
export function signature(
  request: Pick<Routable, "headers" | "query">,
): { accessKey: string; service: string } | undefined {
  const credential =
    /^AWS4-[A-Z0-9-]+ .*?Credential=([^,\s]+)/.exec(request.headers.authorization ?? "")?.[1] ??
    request.query.get("X-Amz-Credential");
  const key = request.query.get("AWSAccessKeyId");
  if (!credential)
    return key && request.query.has("Signature") ? { accessKey: key, service: "s3" } : undefined;
  const parts = credential.split("/");
  if (parts.length < 4 || parts.at(-1) !== "aws4_request") return undefined;
  return { accessKey: parts[0]!, service: parts.at(-2)! };
}
