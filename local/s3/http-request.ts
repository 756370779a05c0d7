import type { HttpRequest } from "../kernel/service.ts";
import { decodeChunked } from "./chunked.ts";
import { STORED_HEADERS } from "./headers.ts";
import type { Target } from "./http-routes.ts";
import type { LifecycleRule } from "./lifecycle-rules.ts";
import { readNotifications } from "./notification-xml.ts";
import { presignedHeaders } from "./presigned.ts";
import { parse } from "./xml.ts";

/** Header → API member. */
const HEADER_MEMBERS: Record<string, string> = {
  ...Object.fromEntries(Object.entries(STORED_HEADERS).map(([member, header]) => [header, member])),
  "content-md5": "ContentMD5",
  "if-match": "IfMatch",
  "if-modified-since": "IfModifiedSince",
  "if-none-match": "IfNoneMatch",
  "if-unmodified-since": "IfUnmodifiedSince",
  range: "Range",
  "x-amz-bucket-object-lock-enabled": "ObjectLockEnabledForBucket",
  "x-amz-checksum-algorithm": "ChecksumAlgorithm",
  "x-amz-checksum-crc32": "ChecksumCRC32",
  "x-amz-checksum-crc32c": "ChecksumCRC32C",
  "x-amz-checksum-crc64nvme": "ChecksumCRC64NVME",
  "x-amz-checksum-mode": "ChecksumMode",
  "x-amz-checksum-sha1": "ChecksumSHA1",
  "x-amz-checksum-sha256": "ChecksumSHA256",
  "x-amz-checksum-type": "ChecksumType",
  "x-amz-copy-source": "CopySource",
  "x-amz-copy-source-if-match": "CopySourceIfMatch",
  "x-amz-copy-source-if-modified-since": "CopySourceIfModifiedSince",
  "x-amz-copy-source-if-none-match": "CopySourceIfNoneMatch",
  "x-amz-copy-source-if-unmodified-since": "CopySourceIfUnmodifiedSince",
  "x-amz-copy-source-range": "CopySourceRange",
  "x-amz-copy-source-server-side-encryption-customer-algorithm": "CopySourceSSECustomerAlgorithm",
  "x-amz-expected-bucket-owner": "ExpectedBucketOwner",
  "x-amz-max-parts": "MaxParts",
  "x-amz-metadata-directive": "MetadataDirective",
  "x-amz-mp-object-size": "MpuObjectSize",
  "x-amz-skip-destination-validation": "SkipDestinationValidation",
  "x-amz-object-lock-legal-hold": "ObjectLockLegalHoldStatus",
  "x-amz-object-lock-mode": "ObjectLockMode",
  "x-amz-object-lock-retain-until-date": "ObjectLockRetainUntilDate",
  "x-amz-part-number-marker": "PartNumberMarker",
  "x-amz-sdk-checksum-algorithm": "ChecksumAlgorithm",
  "x-amz-server-side-encryption-customer-algorithm": "SSECustomerAlgorithm",
  "x-amz-source-expected-bucket-owner": "ExpectedSourceBucketOwner",
  "x-amz-tagging": "Tagging",
  "x-amz-tagging-directive": "TaggingDirective",
  "x-amz-write-offset-bytes": "WriteOffsetBytes",
};

/** Query parameter → API member. */
const QUERY_MEMBERS: Record<string, string> = {
  "bucket-region": "BucketRegion",
  "continuation-token": "ContinuationToken",
  delimiter: "Delimiter",
  "encoding-type": "EncodingType",
  "key-marker": "KeyMarker",
  marker: "Marker",
  "max-buckets": "MaxBuckets",
  "max-keys": "MaxKeys",
  "max-parts": "MaxParts",
  "max-uploads": "MaxUploads",
  "part-number-marker": "PartNumberMarker",
  partNumber: "PartNumber",
  prefix: "Prefix",
  "response-cache-control": "ResponseCacheControl",
  "response-content-disposition": "ResponseContentDisposition",
  "response-content-encoding": "ResponseContentEncoding",
  "response-content-language": "ResponseContentLanguage",
  "response-content-type": "ResponseContentType",
  "response-expires": "ResponseExpires",
  "start-after": "StartAfter",
  "upload-id-marker": "UploadIdMarker",
  uploadId: "UploadId",
  "version-id-marker": "VersionIdMarker",
  versionId: "VersionId",
};

/** Body → members, for the operations that have a body. */
const BODY_READERS: Record<string, (body: Buffer) => Record<string, any>> = {
  PutObject: (Body) => ({ Body }),
  UploadPart: (Body) => ({ Body }),
  CompleteMultipartUpload: (body) =>
    body.length === 0
      ? {}
      : { MultipartUpload: { Parts: parse(body, "CompleteMultipartUpload").Part ?? [] } },
  CreateBucket(body) {
    if (body.length === 0) return {};
    const { LocationConstraint, Tags } = parse(body, "CreateBucketConfiguration");
    return { CreateBucketConfiguration: { LocationConstraint, Tags: Tags?.Tag } };
  },
  DeleteObjects(body) {
    const { Object: Objects = [], Quiet } = parse(body, "Delete");
    return { Delete: { Objects, Quiet: Quiet === "true" } };
  },
  PutObjectTagging: readTagging,
  PutBucketTagging: readTagging,
  PutBucketVersioning(body) {
    const { Status, MfaDelete } = parse(body, "VersioningConfiguration");
    return { VersioningConfiguration: { Status, MFADelete: MfaDelete } };
  },
  PutBucketNotificationConfiguration: (body) => ({
    NotificationConfiguration: readNotifications(parse(body, "NotificationConfiguration")),
  }),
  PutBucketLifecycleConfiguration: (body) => ({
    LifecycleConfiguration: { Rules: (parse(body, "LifecycleConfiguration").Rule ?? []).map(readRule) },
  }),
  PutBucketPolicy: (body) => ({ Policy: body.toString("utf8") }),
};

/** The operation's input as in the API reference. */
export function inputOf(operation: string, target: Target, request: HttpRequest): Record<string, any> {
  const { headers, query } = request;
  const { body, trailers } = bodyOf(request);
  const input: Record<string, any> = { Bucket: target.bucket, Key: target.key };
  for (const [name, value] of Object.entries({ ...presignedHeaders(query), ...headers, ...trailers })) {
    const member = HEADER_MEMBERS[name];
    if (member !== undefined) input[member] = value;
    else if (name.startsWith("x-amz-meta-")) {
      input.Metadata ??= {};
      input.Metadata[name.slice("x-amz-meta-".length)] = readable(value);
    }
  }
  for (const [name, value] of query) {
    const member = QUERY_MEMBERS[name];
    if (member !== undefined) input[member] = value;
  }
  input.ObjectAttributes = headers["x-amz-object-attributes"]?.split(",").map((name) => name.trim());
  input.FetchOwner = query.get("fetch-owner") === "true";
  const encoding = input.ContentEncoding?.split(",").map((part: string) => part.trim());
  if (encoding?.includes("aws-chunked")) {
    input.ContentEncoding = encoding.filter((part: string) => part !== "aws-chunked").join(",") || undefined;
  }
  return { ...input, ...BODY_READERS[operation]?.(body) };
}

/** A header contains Latin-1: other text is sent as encoded words of RFC 2047, in base64 or quoted. */
function readable(value: string): string {
  return value.replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
    encoding.toLowerCase() === "b"
      ? Buffer.from(text, "base64").toString()
      : Buffer.from(
          text
            .replaceAll("_", " ")
            .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
          "latin1",
        ).toString(),
  );
}

function bodyOf({ headers, body }: HttpRequest): { body: Buffer; trailers: Record<string, string> } {
  const chunked =
    headers["x-amz-content-sha256"]?.startsWith("STREAMING-") ||
    headers["content-encoding"]?.split(",").some((part) => part.trim() === "aws-chunked");
  if (!chunked) return { body, trailers: {} };
  const { data, trailers } = decodeChunked(body);
  return { body: data, trailers };
}

function readTagging(body: Buffer) {
  return { Tagging: { TagSet: parse(body, "Tagging").TagSet?.Tag ?? [] } };
}

/** A lifecycle rule with its numbers as numbers and its lists under their names in the API. */
function readRule(rule: Record<string, any>): LifecycleRule {
  const { Transition, NoncurrentVersionTransition, ...members } = numbers(rule);
  const { Tag, And, ...filter } = members.Filter || {};
  const both = And && { ...And, Tags: And.Tag, Tag: undefined };
  return {
    ...members,
    ...(members.Filter !== undefined && { Filter: { ...filter, Tag: Tag?.[0], And: both } }),
    ...(Transition && { Transitions: Transition }),
    ...(NoncurrentVersionTransition && { NoncurrentVersionTransitions: NoncurrentVersionTransition }),
  } as LifecycleRule;
}

const NUMERIC =
  /^(Days|NoncurrentDays|NewerNoncurrentVersions|DaysAfterInitiation|ObjectSize(Greater|Less)Than)$/;

function numbers(value: any, name = ""): any {
  if (Array.isArray(value)) return value.map((item) => numbers(item, name));
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([member, item]) => [member, numbers(item, member)]));
  }
  if (name === "ExpiredObjectDeleteMarker") return value === "true";
  return NUMERIC.test(name) ? Number(value) : value;
}
