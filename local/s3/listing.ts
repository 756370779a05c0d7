import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import type { Buckets } from "./buckets.ts";
import { invalidArgument } from "./errors.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { quoted } from "./objects.ts";
import type { Version, Versions } from "./versions.ts";

const MOST_KEYS = 1000;
/** Rows read at a time where most of them may turn out to be under one common prefix. */
const SMALL_BATCH = 8;

/** Above every text that begins with `prefix`. */
const beyond = (prefix: string) => `${prefix}\u{10ffff}`;

/** ListObjectsV2, ListObjects and ListObjectVersions. */
export function listingOperations(
  kernel: Kernel,
  buckets: Buckets,
  versions: Versions,
  lifecycle: Lifecycle,
): Record<string, Operation> {
  const currentAfter = (bucket: string, prefix: string) => (position: Position, limit: number) =>
    versions.all(
      `SELECT * FROM s3_object WHERE bucket = ? AND latest = 1 AND marker = 0 AND key > ? AND key >= ? AND key < ?
       ORDER BY key LIMIT ?`,
      bucket,
      position.key,
      prefix,
      beyond(prefix),
      limit,
    );

  const versionsAfter = (bucket: string, prefix: string) => (position: Position, limit: number) => {
    const older =
      position.sequence === undefined
        ? []
        : versions.all(
            "SELECT * FROM s3_object WHERE bucket = ? AND key = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?",
            bucket,
            position.key,
            position.sequence,
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
      const most = mostOf(input.MaxKeys);
      const found = scan(currentAfter(bucket.name, Prefix), { key: after }, Prefix, Delimiter, most);
      const encode = encoderOf(input.EncodingType);
      return {
        Name: bucket.name,
        Prefix: encode(Prefix),
        ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
        ...(StartAfter !== "" && ContinuationToken === undefined && { StartAfter: encode(StartAfter) }),
        MaxKeys: most,
        KeyCount: found.versions.length + found.prefixes.length,
        IsTruncated: found.truncated,
        ...(input.EncodingType && { EncodingType: input.EncodingType }),
        ...(ContinuationToken !== undefined && { ContinuationToken }),
        ...(found.truncated && { NextContinuationToken: Buffer.from(found.last!).toString("base64") }),
        Contents: found.versions.map((version) => ({
          ...summary(version, encode),
          ...(input.FetchOwner && { Owner: { ID: kernel.account } }),
        })),
        CommonPrefixes: found.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
      };
    },

    ListObjects(input) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const { Prefix = "", Delimiter = "", Marker = "" } = input;
      const most = mostOf(input.MaxKeys);
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
        Contents: found.versions.map((version) => ({
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
      const most = mostOf(input.MaxKeys);
      // A marker that was deleted since tells no place among the key's versions: what is left of them comes again.
      const sequence = VersionIdMarker === "" ? undefined : (marker?.sequence ?? Number.MAX_SAFE_INTEGER);
      const start = { ...markedAt(KeyMarker), sequence };
      const found = scan(versionsAfter(bucket.name, Prefix), start, Prefix, Delimiter, most);
      const encode = encoderOf(input.EncodingType);
      const describe = (version: Version) => ({
        Key: encode(version.key),
        VersionId: version.version,
        IsLatest: version.latest,
        LastModified: new Date(version.modified_at),
        Owner: { ID: kernel.account },
      });
      const last = found.versions.at(-1);
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
        Versions: found.versions
          .filter((version) => !version.marker)
          .map((version) => ({ ...summary(version, encode), ...describe(version) })),
        DeleteMarkers: found.versions.filter((version) => version.marker).map(describe),
        CommonPrefixes: found.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
      };
    },
  };
}

/** After this key, or within it after this version. */
interface Position {
  key: string;
  sequence?: number | undefined;
  /** The common prefix that the key is under is passed over as a whole. */
  passesGroup?: boolean;
}

const markedAt = (key: string): Position => ({ key, passesGroup: true });

interface Found {
  versions: Version[];
  prefixes: string[];
  truncated: boolean;
  /** The key or common prefix after which the next page begins. */
  last: string | undefined;
}

/**
 * Reads on from `start` until `most` keys and common prefixes are found. The keys under a common prefix are not
 * read: behind the first of them the index is entered anew at the prefix's end.
 */
function scan(
  rowsAfter: (position: Position, limit: number) => Version[],
  start: Position,
  prefix: string,
  delimiter: string,
  most: number,
): Found {
  const found: Found = { versions: [], prefixes: [], truncated: false, last: undefined };
  const groupOf = (key: string) => {
    const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    return cut === -1 ? undefined : key.slice(0, cut + delimiter.length);
  };
  // A marker that is itself a common prefix of the last page stands for everything under it.
  const within = groupOf(start.key);
  let batch = delimiter === "" ? most + 1 : SMALL_BATCH;
  const isOver = within !== undefined && (start.passesGroup || within === start.key);
  let position: Position = isOver ? { key: beyond(within) } : start;
  for (;;) {
    const rows = rowsAfter(position, batch);
    if (rows.length === 0) return found;
    batch = Math.min(batch * 4, most + 1);
    for (const row of rows) {
      if (found.versions.length + found.prefixes.length === most) return { ...found, truncated: most > 0 };
      const group = groupOf(row.key);
      if (group !== undefined) {
        found.prefixes.push(group);
        found.last = group;
        position = { key: beyond(group) };
        batch = SMALL_BATCH;
        break;
      }
      found.versions.push(row);
      found.last = row.key;
      position = { key: row.key, sequence: row.sequence };
    }
  }
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

function mostOf(given: unknown): number {
  const most = Number(given ?? MOST_KEYS);
  if (!Number.isInteger(most) || most < 0) {
    throw invalidArgument("Provided max-keys not an integer or within integer range", "max-keys", given);
  }
  return Math.min(most, MOST_KEYS);
}

function encoderOf(type: string | undefined): (text: string) => string {
  if (type === undefined) return (text) => text;
  if (type !== "url")
    throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", type);
  return (text) => encodeURIComponent(text).replaceAll("%2F", "/");
}

function readToken(token: string): string {
  const key = Buffer.from(token, "base64").toString();
  if (key === "" || Buffer.from(key).toString("base64") !== token) {
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token", token);
  }
  return key;
}
