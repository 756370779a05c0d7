import type { Bucket } from "./buckets.ts";
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
import { type ByteRange, parseRange } from "./range.ts";
import type { Version } from "./version.ts";
import { isVersionId, type Versions } from "./versions.ts";

const LARGEST_KEY = 1024;

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
export function tagged(versions: Versions, bucket: Bucket, input: any, method: string): Version {
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

export function requestedRange(input: any, version: Version): ByteRange | undefined {
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
