import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { CallContext, Operation } from "../kernel/service.ts";
import { algorithmOf, receiveBody } from "./body.ts";
import type { Bucket, Buckets } from "./buckets.ts";
import { fullChecksum, md5, memberOf } from "./checksums.ts";
import { checkCopySource, checkRead, checkWrite, checkWriteHeaders } from "./conditions.ts";
import { copySource } from "./copy-source.ts";
import {
  invalidObjectState,
  invalidPartNumber,
  invalidRequest,
  invalidVersionId,
  keyTooLong,
  methodNotAllowed,
  noSuchKey,
  noSuchVersion,
} from "./errors.ts";
import { objectHeaders } from "./headers.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Cause, Notifications } from "./notifications.ts";
import { type ByteRange, parseRange } from "./range.ts";
import { fromHeader, fromTagSet, OBJECT, toTagSet } from "./tags.ts";
import type { Version } from "./version.ts";
import { isVersionId, type NewVersion, type Versions } from "./versions.ts";

const LARGEST_KEY = 1024;
const MOST_DELETED = 1000;

/** The dependencies of the operations on objects. */
export interface Engine {
  kernel: Kernel;
  buckets: Buckets;
  versions: Versions;
  lifecycle: Lifecycle;
  notifications: Notifications;
}

/** Operations on whole objects and their tags. */
export function objectOperations(engine: Engine): Record<string, Operation> {
  const { kernel, buckets, versions, lifecycle, notifications } = engine;

  const deleteOne = (bucket: Bucket, input: any, context: CallContext): Deletion => {
    const key = keyOf(input);
    const cause = causeOf(kernel, context, "DeleteObject");
    if (input.VersionId === undefined) {
      const before = versions.current(bucket.name, key);
      checkWrite({ IfMatch: input.IfMatch }, key, before);
      const marker = versions.hide(bucket, key);
      const gone = marker ?? before;
      if (gone) notifications.deleted(bucket, gone, cause);
      return marker ? { DeleteMarker: true, VersionId: marker.version } : {};
    }
    const version = versions.find(bucket.name, key, input.VersionId);
    if (!version && !isVersionId(input.VersionId)) throw invalidVersionId(input.VersionId);
    if (!version) return { VersionId: input.VersionId };
    versions.remove(version);
    notifications.deleted(bucket, { ...version, marker: false }, cause);
    return { ...(version.marker && { DeleteMarker: true }), VersionId: input.VersionId };
  };

  const read = (input: any, method: string) => {
    const bucket = lifecycle.applyTo(buckets.of(input));
    const version = requested(versions, bucket, input, method);
    checkRead(input, version, kernel.clock.now());
    return { bucket, version, range: requestedRange(input, version) };
  };

  return {
    PutObject(input, context) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const key = keyOf(input);
      checkWriteHeaders(input);
      const body = receiveBody(input);
      const headers = objectHeaders(input);
      const tags = fromHeader(input.Tagging);
      return kernel.store.atomically(() => {
        checkWrite(input, key, versions.current(bucket.name, key));
        const version = versions.put(bucket, key, {
          size: body.data.length,
          etag: body.etag,
          headers,
          checksum: fullChecksum(body.algorithm, [body.data], body.checksum),
          tags,
          parts: [[versions.blobs.write(body.data), body.data.length]],
          multipart: false,
          marker: false,
        });
        notifications.created(bucket, version, causeOf(kernel, context, "PutObject"));
        return {
          ETag: quoted(version.etag),
          ...newVersionId(bucket, version),
          ...checksumMembers(version),
          ...encryption(version),
        };
      });
    },

    GetObject(input) {
      const { bucket, version, range } = read(input, "GET");
      refuseArchived(version);
      const { start, end } = range ?? { start: 0, end: version.size - 1 };
      return {
        Body: versions.blobs.read(version.parts, start, end),
        ...describe(bucket, version, range, input),
      };
    },

    HeadObject(input) {
      const { bucket, version, range } = read(input, "HEAD");
      return describe(bucket, version, range, input);
    },

    CopyObject(input, context) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const key = keyOf(input);
      checkWriteHeaders(input);
      const from = copySource(input.CopySource);
      const sourceBucket = lifecycle.applyTo(buckets.of(from));
      const source = requested(versions, sourceBucket, from, "GET");
      checkCopySource(input, source, kernel.clock.now());
      refuseArchived(source);
      const replaces = input.MetadataDirective === "REPLACE";
      const settings = objectHeaders(input);
      const { StorageClass, ServerSideEncryption, SSEKMSKeyId, WebsiteRedirectLocation } = settings;
      const changes = StorageClass ?? ServerSideEncryption ?? WebsiteRedirectLocation;
      const unchanged = !replaces && changes === undefined && input.TaggingDirective !== "REPLACE";
      if (from.Bucket === bucket.name && from.Key === key && from.VersionId === undefined && unchanged) {
        throw invalidRequest(
          "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
        );
      }
      const given = { StorageClass, ServerSideEncryption, SSEKMSKeyId, WebsiteRedirectLocation };
      const kept = { ...source.headers, ...given };
      return kernel.store.atomically(() => {
        checkWrite(input, key, versions.current(bucket.name, key));
        const data = versions.blobs.read(source.parts, 0, source.size - 1);
        const version = versions.put(bucket, key, {
          size: source.size,
          etag: md5(data).toString("hex"),
          headers: replaces ? settings : kept,
          checksum: copiedChecksum(source, data, input),
          tags: input.TaggingDirective === "REPLACE" ? fromHeader(input.Tagging) : source.tags,
          parts: [[versions.blobs.write(data), source.size]],
          multipart: false,
          marker: false,
        });
        notifications.created(bucket, version, causeOf(kernel, context, "CopyObject"));
        return {
          CopyObjectResult: {
            ETag: quoted(version.etag),
            LastModified: new Date(version.modified_at),
            ...checksumMembers(version),
          },
          ...versionId(bucket, version),
          ...(source.version !== "null" && { CopySourceVersionId: source.version }),
          ...encryption(version),
        };
      });
    },

    DeleteObject(input, context) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      return kernel.store.atomically(() => deleteOne(bucket, input, context));
    },

    DeleteObjects(input, context) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const objects: any[] = input.Delete?.Objects ?? [];
      if (objects.length === 0 || objects.length > MOST_DELETED) {
        throw invalidRequest(`Give between 1 and ${MOST_DELETED} objects to delete.`);
      }
      const Deleted: object[] = [];
      const Errors: object[] = [];
      for (const { Key, VersionId, ETag } of objects) {
        try {
          const result = kernel.store.atomically(() =>
            deleteOne(bucket, { Key, VersionId, IfMatch: ETag }, context),
          );
          const marker = result.DeleteMarker && {
            DeleteMarker: true,
            DeleteMarkerVersionId: result.VersionId,
          };
          Deleted.push({ Key, ...(VersionId !== undefined && { VersionId }), ...marker });
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
          const known = VersionId === undefined || isVersionId(VersionId);
          const { code, message } = known ? error : noSuchVersion(Key, VersionId);
          Errors.push({ Key, VersionId, Code: code, Message: message });
        }
      }
      return { Deleted: input.Delete.Quiet ? [] : Deleted, Errors };
    },

    GetObjectTagging(input) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const version = tagged(versions, bucket, input, "GET");
      return { TagSet: toTagSet(version.tags), ...versionId(bucket, version) };
    },

    PutObjectTagging(input, context) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const version = tagged(versions, bucket, input, "PUT");
      const tags = fromTagSet(input.Tagging?.TagSet ?? [], OBJECT);
      return kernel.store.atomically(() => {
        versions.setTags(version, tags);
        notifications.tagged(bucket, version, "Added", causeOf(kernel, context));
        return versionId(bucket, version);
      });
    },

    DeleteObjectTagging(input, context) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const version = tagged(versions, bucket, input, "DELETE");
      return kernel.store.atomically(() => {
        versions.setTags(version, {});
        notifications.tagged(bucket, version, "Deleted", causeOf(kernel, context));
        return versionId(bucket, version);
      });
    },
  };
}

interface Deletion {
  DeleteMarker?: true;
  VersionId?: string;
}

export const quoted = (etag: string) => `"${etag}"`;

export const versionId = (bucket: Bucket, version: Version) =>
  bucket.versioning === undefined ? {} : { VersionId: version.version };

/**
 * Of an object that was just written, except by a copy: while versioning is suspended it is "null", which is
 * not returned.
 */
export const newVersionId = (bucket: Bucket, version: Version) =>
  bucket.versioning === "Enabled" ? { VersionId: version.version } : {};

export const checksumMembers = ({ checksum: kept }: Pick<Version, "checksum">) =>
  kept ? { [memberOf(kept.algorithm)]: kept.value, ChecksumType: kept.type } : {};

/** Of an object or of a running upload: everything is described as encrypted. */
export const encryption = ({ headers }: Pick<Version, "headers">) => ({
  ServerSideEncryption: headers.ServerSideEncryption ?? "AES256",
});

export function causeOf(kernel: Kernel, context: CallContext, reason?: string): Cause {
  return { requestId: context.requestId, requester: kernel.account, ...(reason !== undefined && { reason }) };
}

/** Throws InvalidRequest without a key, KeyTooLongError beyond 1,024 bytes. */
export function keyOf(input: { Key?: string }): string {
  if (!input.Key) throw invalidRequest("The request must contain the parameter Key.");
  const size = Buffer.byteLength(input.Key);
  if (size > LARGEST_KEY) throw keyTooLong(size);
  return input.Key;
}

/**
 * The version that Key and VersionId name. Throws NoSuchKey, NoSuchVersion or InvalidArgument; a delete
 * marker counts as missing.
 */
export function requested(versions: Versions, bucket: Bucket, input: any, method: string): Version {
  const key = keyOf(input);
  if (input.VersionId === undefined) {
    const latest = versions.latest(bucket.name, key);
    if (latest?.marker) throw noSuchKey(key, { DeleteMarker: latest.version });
    if (!latest) throw noSuchKey(key);
    return latest;
  }
  const version = versions.find(bucket.name, key, input.VersionId);
  if (!version && !isVersionId(input.VersionId)) throw invalidVersionId(input.VersionId);
  if (!version) throw noSuchVersion(key, input.VersionId);
  return withoutMarker(version, method);
}

/** The version whose tags are requested: without a version id as well, a delete marker allows no tags. */
function tagged(versions: Versions, bucket: Bucket, input: any, method: string): Version {
  const latest = versions.latest(bucket.name, keyOf(input));
  if (input.VersionId === undefined && latest) return withoutMarker(latest, method);
  return requested(versions, bucket, input, method);
}

function withoutMarker(version: Version, method: string): Version {
  if (version.marker) throw methodNotAllowed(method, "DeleteMarker", { DeleteMarker: version.version });
  return version;
}

/** Throws for the body of an object that would have to be restored first. */
export function refuseArchived({ headers: { StorageClass } }: Version): void {
  if (StorageClass === "GLACIER" || StorageClass === "DEEP_ARCHIVE") throw invalidObjectState(StorageClass);
}

function requestedRange(input: any, version: Version): ByteRange | undefined {
  if (input.PartNumber === undefined) return parseRange(input.Range, version.size);
  if (input.Range !== undefined) {
    throw invalidRequest("Cannot specify both Range header and partNumber query parameter");
  }
  const index = Number(input.PartNumber) - 1;
  const part = version.parts[index];
  if (!part) throw invalidPartNumber(input.PartNumber, version.parts.length);
  const start = version.parts.slice(0, index).reduce((sum, [, size]) => sum + size, 0);
  return part[1] === 0 ? undefined : { start, end: start + part[1] - 1 };
}

function describe(bucket: Bucket, version: Version, range: ByteRange | undefined, input: any) {
  const { Metadata = {}, StorageClass, ...headers } = version.headers;
  const tags = Object.keys(version.tags).length;
  return {
    ContentType: "binary/octet-stream",
    ...headers,
    // Returned only if it is not the default.
    ...(StorageClass !== "STANDARD" && { StorageClass }),
    ...responseOverrides(input),
    Metadata,
    AcceptRanges: "bytes",
    ContentLength: range ? range.end - range.start + 1 : version.size,
    ...(range && { ContentRange: `bytes ${range.start}-${range.end}/${version.size}` }),
    ETag: quoted(version.etag),
    LastModified: new Date(version.modified_at),
    ...versionId(bucket, version),
    ...encryption(version),
    ...(input.ChecksumMode?.toUpperCase() === "ENABLED" && readChecksum(version, range, input)),
    ...(input.PartNumber !== undefined && version.multipart && { PartsCount: version.parts.length }),
    ...(tags > 0 && { TagCount: tags }),
  };
}

/**
 * The checksum of the returned bytes, if it is known: of the whole, or of a part that was uploaded with its
 * own.
 */
function readChecksum(version: Version, range: ByteRange | undefined, input: any) {
  if (input.PartNumber !== undefined && version.multipart) {
    const [, , value] = version.parts[Number(input.PartNumber) - 1]!;
    return value === undefined ? {} : checksumMembers({ checksum: { ...version.checksum!, value } });
  }
  const isWhole = !range || range.end - range.start + 1 === version.size;
  return isWhole ? checksumMembers(version) : {};
}

/** ResponseContentType and others, with which a presigned URL names a download. */
function responseOverrides(input: any) {
  const names = [
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Expires",
  ];
  const given = names.filter((name) => input[`Response${name}`] !== undefined);
  return Object.fromEntries(given.map((name) => [name, input[`Response${name}`]]));
}

/**
 * A copy is written in one piece: its checksum covers the whole, with the requested algorithm or the
 * source's.
 */
function copiedChecksum(source: Version, data: Buffer, input: any): NewVersion["checksum"] {
  const algorithm = algorithmOf(input.ChecksumAlgorithm) ?? source.checksum?.algorithm;
  return fullChecksum(algorithm, [data]);
}
