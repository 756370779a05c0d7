import type { Bucket } from "./buckets.ts";
import { memberOf } from "./checksums.ts";
import type { ByteRange } from "./range.ts";
import type { Version } from "./version.ts";

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

export function describeVersion(bucket: Bucket, version: Version, range: ByteRange | undefined, input: any) {
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
