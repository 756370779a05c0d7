import { notImplemented } from "./errors.ts";

export interface Target {
  bucket: string | undefined;
  key: string | undefined;
}

type Scope = "service" | "bucket" | "object";

/**
 * Scope and method → the query parameter that distinguishes operations → operation; "" is the one without
 * any.
 */
const ROUTES: Record<string, Record<string, string>> = {
  "service GET": { "": "ListBuckets" },
  "bucket GET": {
    location: "GetBucketLocation",
    versioning: "GetBucketVersioning",
    notification: "GetBucketNotificationConfiguration",
    lifecycle: "GetBucketLifecycleConfiguration",
    policy: "GetBucketPolicy",
    tagging: "GetBucketTagging",
    versions: "ListObjectVersions",
    uploads: "ListMultipartUploads",
    "list-type": "ListObjectsV2",
    "": "ListObjects",
  },
  "bucket HEAD": { "": "HeadBucket" },
  "bucket PUT": {
    versioning: "PutBucketVersioning",
    notification: "PutBucketNotificationConfiguration",
    lifecycle: "PutBucketLifecycleConfiguration",
    policy: "PutBucketPolicy",
    tagging: "PutBucketTagging",
    "": "CreateBucket",
  },
  "bucket DELETE": {
    lifecycle: "DeleteBucketLifecycle",
    policy: "DeleteBucketPolicy",
    tagging: "DeleteBucketTagging",
    "": "DeleteBucket",
  },
  "bucket POST": { delete: "DeleteObjects" },
  "object GET": {
    attributes: "GetObjectAttributes",
    tagging: "GetObjectTagging",
    uploadId: "ListParts",
    "": "GetObject",
  },
  "object HEAD": { "": "HeadObject" },
  "object PUT": { tagging: "PutObjectTagging", partNumber: "UploadPart", "": "PutObject" },
  "object DELETE": { tagging: "DeleteObjectTagging", uploadId: "AbortMultipartUpload", "": "DeleteObject" },
  "object POST": { uploads: "CreateMultipartUpload", uploadId: "CompleteMultipartUpload" },
};

/** Operations that a header distinguishes. */
const COPIES: Record<string, string> = { PutObject: "CopyObject", UploadPart: "UploadPartCopy" };

/** Query parameters of unsupported operations of S3. */
const UNSERVED = new Set([
  "abac",
  "accelerate",
  "acl",
  "analytics",
  "cors",
  "encryption",
  "intelligent-tiering",
  "inventory",
  "legal-hold",
  "logging",
  "metadataConfiguration",
  "metadataTable",
  "metrics",
  "object-lock",
  "ownershipControls",
  "policyStatus",
  "publicAccessBlock",
  "renameObject",
  "replication",
  "requestPayment",
  "restore",
  "retention",
  "select",
  "session",
  "torrent",
  "website",
]);

/** The operation of a request. Throws NotImplemented with the name of an unsupported one. */
export function operationOf(
  method: string,
  target: Target,
  query: URLSearchParams,
  headers: Record<string, string>,
): string {
  const scope: Scope =
    target.bucket === undefined ? "service" : target.key === undefined ? "bucket" : "object";
  const routes = ROUTES[`${scope} ${method}`] ?? {};
  const parameter = Object.keys(routes).find((name) => name !== "" && query.has(name)) ?? "";
  const unserved = [...query.keys()].find((name) => UNSERVED.has(name));
  const operation = routes[parameter];
  if (operation === undefined || (parameter === "" && unserved !== undefined)) {
    throw notImplemented(nameOf(scope, method, unserved));
  }
  return headers["x-amz-copy-source"] === undefined ? operation : (COPIES[operation] ?? operation);
}

/** "GetObjectAcl" for GET of an object with ?acl. */
function nameOf(scope: Scope, method: string, parameter = ""): string {
  const words = [method.toLowerCase(), scope, ...parameter.split("-")];
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
}

const ENDPOINT = /^(?:(.+?)\.)?(?:s3(?:[.-][a-z0-9-]+)?\.)?(?:localhost|127\.0\.0\.1|\[::1\])$/;

/** Bucket and key, from the path alone or, in the virtual-host style, the bucket from the host's name. */
export function targetOf(host: string, path: string): Target {
  const name = host.toLowerCase().replace(/:\d+$/, "");
  const subdomain = ENDPOINT.exec(name)?.[1];
  const virtual =
    subdomain !== undefined && !/^s3(?:[.-][a-z0-9-]+)?$/.test(subdomain) ? subdomain : undefined;
  const full = virtual === undefined ? path : `/${virtual}${path}`;
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(full) ?? [];
  return { bucket: decode(bucket), key: decode(key) };
}

function decode(text: string): string | undefined {
  if (text === "") return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
