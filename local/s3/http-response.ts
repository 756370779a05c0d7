import type { ServiceError } from "../kernel/errors.ts";
import type { HttpRequest, HttpResponse } from "../kernel/service.ts";
import { ALGORITHMS, memberOf } from "./checksums.ts";
import { STORED_HEADERS } from "./headers.ts";
import { writeNotifications } from "./notification-xml.ts";
import { document, errorDocument } from "./xml.ts";

/** API member → header. */
const HEADERS: Record<string, string> = {
  ...STORED_HEADERS,
  ...Object.fromEntries(ALGORITHMS.map((name) => [memberOf(name), `x-amz-checksum-${name.toLowerCase()}`])),
  AcceptRanges: "accept-ranges",
  AccessPointAlias: "x-amz-access-point-alias",
  BucketArn: "x-amz-bucket-arn",
  BucketRegion: "x-amz-bucket-region",
  ChecksumAlgorithm: "x-amz-checksum-algorithm",
  ChecksumType: "x-amz-checksum-type",
  ContentLength: "content-length",
  ContentRange: "content-range",
  CopySourceVersionId: "x-amz-copy-source-version-id",
  DeleteMarker: "x-amz-delete-marker",
  ETag: "etag",
  LastModified: "last-modified",
  PartsCount: "x-amz-mp-parts-count",
  TagCount: "x-amz-tagging-count",
  VersionId: "x-amz-version-id",
};

const NO_CONTENT = new Set([
  "AbortMultipartUpload",
  "DeleteBucket",
  "DeleteBucketLifecycle",
  "DeleteBucketPolicy",
  "DeleteBucketTagging",
  "DeleteObject",
  "DeleteObjectTagging",
  "PutBucketPolicy",
  "PutBucketTagging",
]);

type Output = Record<string, any>;
const partsElement = ({ TotalPartsCount, Parts, ...page }: Output) => ({
  PartsCount: TotalPartsCount,
  ...page,
  Part: Parts,
});
const tagging = ({ TagSet }: Output) => document("Tagging", { TagSet: { Tag: TagSet } });

/** Operation → the XML of its response. Other operations answer with headers only. */
const DOCUMENTS: Record<string, (output: Output) => string> = {
  CompleteMultipartUpload: ({ VersionId: _, ServerSideEncryption: __, ...output }) =>
    document("CompleteMultipartUploadResult", output),
  CopyObject: ({ CopyObjectResult }) => document("CopyObjectResult", CopyObjectResult),
  CreateMultipartUpload: ({ Bucket, Key, UploadId }) =>
    document("InitiateMultipartUploadResult", { Bucket, Key, UploadId }),
  DeleteObjects: ({ Deleted, Errors }) => document("DeleteResult", { Deleted, Error: Errors }),
  GetBucketLifecycleConfiguration: ({ Rules }) =>
    document("LifecycleConfiguration", { Rule: Rules.map(writeRule) }),
  GetBucketLocation: ({ LocationConstraint }) => document("LocationConstraint", LocationConstraint ?? ""),
  GetBucketNotificationConfiguration: (output) =>
    document("NotificationConfiguration", writeNotifications(output)),
  GetBucketPolicy: ({ Policy }) => Policy,
  GetBucketTagging: tagging,
  GetBucketVersioning: (output) => document("VersioningConfiguration", output),
  GetObjectAttributes: ({ ETag, Checksum, ObjectParts, StorageClass, ObjectSize }) =>
    document("GetObjectAttributesResponse", {
      ETag,
      Checksum,
      ObjectParts: ObjectParts && partsElement(ObjectParts),
      StorageClass,
      ObjectSize,
    }),
  GetObjectTagging: tagging,
  ListBuckets: ({ Buckets, ...output }) =>
    document("ListAllMyBucketsResult", { ...output, Buckets: { Bucket: Buckets } }),
  ListMultipartUploads: ({ Uploads, ...output }) =>
    document("ListMultipartUploadsResult", { ...output, Upload: Uploads }),
  ListObjects: (output) => document("ListBucketResult", output),
  ListObjectsV2: (output) => document("ListBucketResult", output),
  ListObjectVersions: ({ Versions, DeleteMarkers, ...output }) =>
    document("ListVersionsResult", { ...output, Version: Versions, DeleteMarker: DeleteMarkers }),
  ListParts: ({ Parts, ...output }) => document("ListPartsResult", { ...output, Part: Parts }),
  UploadPartCopy: ({ CopyPartResult }) => document("CopyPartResult", CopyPartResult),
};

export function responseOf(operation: string, output: Output): HttpResponse {
  const write = DOCUMENTS[operation];
  // The entity tag is in the document there, without quotes.
  const { ETag, ...others } = output;
  const headers = headersOf(operation === "GetObjectAttributes" ? others : output);
  if (operation === "CreateBucket") headers.location = output.Location;
  if (write)
    headers["content-type"] = operation === "GetBucketPolicy" ? "application/json" : "application/xml";
  const status = NO_CONTENT.has(operation) ? 204 : output.ContentRange === undefined ? 200 : 206;
  return { status, headers, body: write?.(output) ?? output.Body ?? "" };
}

export function errorResponse(error: ServiceError, request: HttpRequest): HttpResponse {
  const headers: Record<string, string> = { "content-type": "application/xml" };
  // A key with a delete marker is reported as such, so that a client can distinguish it from a key that never
  // existed.
  const { DeleteMarker, ...details } = error.details;
  if (DeleteMarker !== undefined) {
    headers["x-amz-delete-marker"] = "true";
    headers["x-amz-version-id"] = String(DeleteMarker);
  }
  if (error.code === "MethodNotAllowed") headers.allow = "DELETE";
  if (request.method === "HEAD" || error.status === 304) return { status: error.status, headers, body: "" };
  const body = errorDocument({
    Code: error.code,
    Message: error.message,
    ...details,
    RequestId: request.requestId,
  });
  return { status: error.status, headers, body };
}

function headersOf(output: Output): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [member, header] of Object.entries(HEADERS)) {
    const value = output[member];
    if (value !== undefined)
      headers[header] = value instanceof Date ? value.toUTCString() : legible(String(value));
  }
  for (const [name, value] of Object.entries(output.Metadata ?? {})) {
    headers[`x-amz-meta-${name}`] = legible(String(value));
  }
  return headers;
}

/** A header contains Latin-1: as in S3, other text is an encoded word of RFC 2047. */
function legible(text: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) return text;
  return `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
}

function writeRule({ Transitions, NoncurrentVersionTransitions, Filter, ...rule }: Output) {
  const { And, ...filter } = Filter ?? {};
  const { Tags, ...both } = And ?? {};
  return {
    ...rule,
    ...(Filter && { Filter: { ...filter, ...(And && { And: { ...both, Tag: Tags } }) } }),
    Transition: Transitions,
    NoncurrentVersionTransition: NoncurrentVersionTransitions,
  };
}
