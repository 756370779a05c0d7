import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { CallContext, Operation } from "../kernel/service.ts";
import { algorithmOf, receiveBody } from "./body.ts";
import type { Bucket, Buckets } from "./buckets.ts";
import { fullChecksum, md5 } from "./checksums.ts";
import { checkCopySource, checkRead, checkWrite, checkWriteHeaders } from "./conditions.ts";
import { copySource } from "./copy-source.ts";
import { invalidRequest, invalidVersionId, noSuchVersion } from "./errors.ts";
import { objectHeaders } from "./headers.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Cause, Notifications } from "./notifications.ts";
import {
  checksumMembers,
  describeVersion,
  encryption,
  newVersionId,
  quoted,
  versionId,
} from "./object-response.ts";
import { keyOf, refuseArchived, requested, requestedRange, tagged } from "./requested-version.ts";
import { fromHeader, fromTagSet, OBJECT, toTagSet } from "./tags.ts";
import type { Version } from "./version.ts";
import { isVersionId, type NewVersion, type Versions } from "./versions.ts";

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
        ...describeVersion(bucket, version, range, input),
      };
    },

    HeadObject(input) {
      const { bucket, version, range } = read(input, "HEAD");
      return describeVersion(bucket, version, range, input);
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

export function causeOf(kernel: Kernel, context: CallContext, reason?: string): Cause {
  return { requestId: context.requestId, requester: kernel.account, ...(reason !== undefined && { reason }) };
}

/**
 * A copy is written in one piece: its checksum covers the whole, with the requested algorithm or the
 * source's.
 */
function copiedChecksum(source: Version, data: Buffer, input: any): NewVersion["checksum"] {
  const algorithm = algorithmOf(input.ChecksumAlgorithm) ?? source.checksum?.algorithm;
  return fullChecksum(algorithm, [data]);
}
