import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import type { Buckets } from "./buckets.ts";
import { invalidArgument } from "./errors.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { quoted } from "./object-response.ts";
import { beyond, encoderOf, markedAt, mostOf, type Position, scan } from "./scan.ts";
import type { Version } from "./version.ts";
import type { Versions } from "./versions.ts";

type After = Position<Pick<Version, "sequence">>;

/** ListObjectsV2, ListObjects and ListObjectVersions. */
export function listingOperations(
  kernel: Kernel,
  buckets: Buckets,
  versions: Versions,
  lifecycle: Lifecycle,
): Record<string, Operation> {
  const currentAfter = (bucket: string, prefix: string) => (position: After, limit: number) =>
    versions.all(
      `SELECT * FROM s3_object WHERE bucket = ? AND latest = 1 AND marker = 0 AND key > ? AND key >= ? AND key < ?
       ORDER BY key LIMIT ?`,
      bucket,
      position.key,
      prefix,
      beyond(prefix),
      limit,
    );

  const versionsAfter = (bucket: string, prefix: string) => (position: After, limit: number) => {
    const older =
      position.within === undefined
        ? []
        : versions.all(
            "SELECT * FROM s3_object WHERE bucket = ? AND key = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?",
            bucket,
            position.key,
            position.within.sequence,
            limit,
          );
    const following = versions.all(
      `SELECT * FROM s3_object WHERE bucket = ? AND key > ? AND key >= ? AND key < ?
       ORDER BY key, sequence DESC LIMIT ?`,
      bucket,
      position.key,
      prefix,
      beyond(prefix),
      limit - older.length,
    );
    return [...older, ...following];
  };

  return {
    ListObjectsV2(input) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const { Prefix = "", Delimiter = "", StartAfter = "", ContinuationToken } = input;
      const after = ContinuationToken === undefined ? StartAfter : readToken(ContinuationToken);
      const most = mostOf(input.MaxKeys, "max-keys");
      const found = scan(currentAfter(bucket.name, Prefix), { key: after }, Prefix, Delimiter, most);
      const encode = encoderOf(input.EncodingType);
      return {
        Name: bucket.name,
        Prefix: encode(Prefix),
        ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
        ...(StartAfter !== "" && ContinuationToken === undefined && { StartAfter: encode(StartAfter) }),
        MaxKeys: most,
        KeyCount: found.rows.length + found.prefixes.length,
        IsTruncated: found.truncated,
        ...(input.EncodingType && { EncodingType: input.EncodingType }),
        ...(ContinuationToken !== undefined && { ContinuationToken }),
        ...(found.truncated && { NextContinuationToken: Buffer.from(found.last!).toString("base64") }),
        Contents: found.rows.map((version) => ({
          ...summary(version, encode),
          ...(input.FetchOwner && { Owner: { ID: kernel.account } }),
        })),
        CommonPrefixes: found.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
      };
    },

    ListObjects(input) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const { Prefix = "", Delimiter = "", Marker = "" } = input;
      const most = mostOf(input.MaxKeys, "max-keys");
      const found = scan(currentAfter(bucket.name, Prefix), markedAt(Marker), Prefix, Delimiter, most);
      const encode = encoderOf(input.EncodingType);
      return {
        Name: bucket.name,
        Prefix: encode(Prefix),
        Marker: encode(Marker),
        ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
        MaxKeys: most,
        IsTruncated: found.truncated,
        ...(input.EncodingType && { EncodingType: input.EncodingType }),
        ...(found.truncated && Delimiter !== "" && { NextMarker: encode(found.last!) }),
        Contents: found.rows.map((version) => ({
          ...summary(version, encode),
          Owner: { ID: kernel.account },
        })),
        CommonPrefixes: found.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
      };
    },

    ListObjectVersions(input) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const { Prefix = "", Delimiter = "", KeyMarker = "", VersionIdMarker = "" } = input;
      if (VersionIdMarker !== "" && KeyMarker === "") {
        throw invalidArgument(
          "A version-id marker cannot be specified without a key marker.",
          "version-id-marker",
          VersionIdMarker,
        );
      }
      const marker =
        VersionIdMarker === "" ? undefined : versions.find(bucket.name, KeyMarker, VersionIdMarker);
      const most = mostOf(input.MaxKeys, "max-keys");
      // A marker that was deleted since has no position among the key's versions: the remaining ones are
      // listed again.
      const within = VersionIdMarker === "" ? undefined : (marker ?? { sequence: Number.MAX_SAFE_INTEGER });
      const start = { ...markedAt(KeyMarker), within };
      const found = scan(versionsAfter(bucket.name, Prefix), start, Prefix, Delimiter, most);
      const encode = encoderOf(input.EncodingType);
      const describe = (version: Version) => ({
        Key: encode(version.key),
        VersionId: version.version,
        IsLatest: version.latest,
        LastModified: new Date(version.modified_at),
        Owner: { ID: kernel.account },
      });
      const last = found.rows.at(-1);
      const atVersion = found.truncated && last?.key === found.last;
      return {
        Name: bucket.name,
        Prefix: encode(Prefix),
        KeyMarker: encode(KeyMarker),
        VersionIdMarker,
        ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
        MaxKeys: most,
        IsTruncated: found.truncated,
        ...(input.EncodingType && { EncodingType: input.EncodingType }),
        ...(found.truncated && { NextKeyMarker: encode(found.last!) }),
        ...(atVersion && { NextVersionIdMarker: last!.version }),
        Versions: found.rows
          .filter((version) => !version.marker)
          .map((version) => ({ ...summary(version, encode), ...describe(version) })),
        DeleteMarkers: found.rows.filter((version) => version.marker).map(describe),
        CommonPrefixes: found.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
      };
    },
  };
}

function summary(version: Version, encode: (text: string) => string) {
  return {
    Key: encode(version.key),
    LastModified: new Date(version.modified_at),
    ETag: quoted(version.etag),
    ...(version.checksum && {
      ChecksumAlgorithm: [version.checksum.algorithm],
      ChecksumType: version.checksum.type,
    }),
    Size: version.size,
    StorageClass: version.headers.StorageClass ?? "STANDARD",
  };
}

function readToken(token: string): string {
  const key = Buffer.from(token, "base64").toString();
  if (key === "" || Buffer.from(key).toString("base64") !== token) {
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token", token);
  }
  return key;
}
