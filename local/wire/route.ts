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

/** X-Amz-Target's prefix → the name under which the service's requests are signed. */
const TARGETS: Record<string, string> = {
  AmazonSQS: "sqs",
  AmazonSSM: "ssm",
  AWSEvents: "events",
  AWSStepFunctions: "states",
  DynamoDB_20120810: "dynamodb",
  DynamoDBStreams_20120810: "dynamodbstreams",
  Logs_20140328: "logs",
  secretsmanager: "secretsmanager",
  GraniteServiceVersion20100801: "monitoring",
  TrentService: "kms",
};

/** Services of the Query protocol, by the API version that each request carries. */
const QUERY_VERSIONS: Record<string, string> = {
  "2010-05-08": "iam",
  "2010-05-15": "cloudformation",
  "2011-06-15": "sts",
};

const QUERY_SERVICES = new Set(Object.values(QUERY_VERSIONS));

/** Host names that are a resource of their own: bucket.s3.localhost, id.lambda-url.us-east-1.localhost. */
const HOSTS: [RegExp, string][] = [
  [/(?:^|\.)s3(?:[.-][a-z0-9-]+)?\.(?:localhost|127\.0\.0\.1)$/, "s3"],
  [/\.lambda-url(?:\.[a-z0-9-]+)?\.(?:localhost|127\.0\.0\.1)$/, "lambda"],
  [/^custom-resource-responses\.localhost$/, "custom-resource-responses"],
  [/\.execute-api(?:\.[a-z0-9-]+)?\.(?:localhost|127\.0\.0\.1)$/, "apigateway"],
];

/** The local cloud itself, which AWS has no service for. */
export const OWN_SERVICE = "millrace";

/** Where an API is served beside its host name, which not every machine resolves: /_api/k3x81mw20q/films. */
const API_PATH = /^\/_api\//;

/** What the local cloud says of itself: /_millrace/status. */
const OWN_PATH = /^\/_millrace\//;

export function route(request: Routable): Route {
  const { method, path, headers } = request;
  const host = (headers.host ?? "").toLowerCase().replace(/:\d+$/, "");
  if (OWN_PATH.test(path)) return { protocol: "rest", service: OWN_SERVICE };
  const named = API_PATH.test(path) ? "apigateway" : HOSTS.find(([pattern]) => pattern.test(host))?.[1];
  if (named) return { protocol: "rest", service: named };

  const target = headers["x-amz-target"];
  if (target !== undefined && method === "POST") {
    const dot = target.lastIndexOf(".");
    const prefix = target.slice(0, dot);
    if (dot < 0 || !Object.hasOwn(TARGETS, prefix)) return { protocol: "unknown", name: target };
    return { protocol: "json", service: TARGETS[prefix]!, operation: target.slice(dot + 1) };
  }

  const signed = signedFor(request);
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  if (method === "POST" && isForm && (signed === undefined || QUERY_SERVICES.has(signed))) {
    return { protocol: "query", service: signed };
  }
  if (signed === "execute-api") return { protocol: "rest", service: "apigateway" };
  if (signed) return { protocol: "rest", service: signed };
  // A browser that opens an object's address does not sign.
  if (method === "GET" || method === "HEAD") return { protocol: "rest", service: "s3" };
  return { protocol: "unknown", name: `${method} ${path}` };
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
  return Object.hasOwn(QUERY_VERSIONS, version) ? QUERY_VERSIONS[version] : undefined;
}

/**
 * What Signature Version 4 says in the clear: whose key, for which service. The signature itself is not
 * checked: only programs of this machine can call, and there are no secrets to know.
 */
export function signature(
  request: Pick<Routable, "headers" | "query">,
): { accessKey: string; service: string } | undefined {
  const credential =
    /^AWS4-[A-Z0-9-]+ .*?Credential=([^,\s]+)/.exec(request.headers.authorization ?? "")?.[1] ??
    request.query.get("X-Amz-Credential");
  if (!credential) return undefined;
  const parts = credential.split("/");
  if (parts.length < 4 || parts.at(-1) !== "aws4_request") return undefined;
  return { accessKey: parts[0]!, service: parts.at(-2)! };
}
