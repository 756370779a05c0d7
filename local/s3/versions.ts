import { hash } from "node:crypto";
import type { Kernel } from "../kernel/kernel.ts";
import { Blobs } from "./blobs.ts";
import type { Bucket } from "./buckets.ts";
import type { Version } from "./version.ts";

export type NewVersion = Pick<
  Version,
  "size" | "etag" | "headers" | "checksum" | "tags" | "parts" | "multipart" | "marker"
>;

/** Bytes of a version's id that precede its checksum. */
const IDENTITY = 21;

/** Letters, digits, dots and underscores, as S3's own. */
const versionIdOf = (identity: Buffer) =>
  Buffer.concat([identity, hash("md5", identity, "buffer").subarray(0, 3)])
    .toString("base64url")
    .replaceAll("-", ".");

const identityOf = (id: string) => Buffer.from(id.replaceAll(".", "-"), "base64url").subarray(0, IDENTITY);

/** Whether this may be a version's id, of an existing or removed version. */
export function isVersionId(id: string): boolean {
  return id === "null" || versionIdOf(identityOf(id)) === id;
}

const MARKER: NewVersion = {
  size: 0,
  etag: "",
  headers: {},
  checksum: undefined,
  tags: {},
  parts: [],
  multipart: false,
  marker: true,
};

/** The rows of `s3_object`. Each key with versions has exactly one latest row. */
export class Versions {
  readonly blobs: Blobs;
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.blobs = new Blobs(kernel.store);
  }

  /** The newest version, which may be a delete marker. */
  latest(bucket: string, key: string): Version | undefined {
    return this.first(
      "SELECT * FROM s3_object WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1",
      bucket,
      key,
    );
  }

  /** The version that a plain GET returns. */
  current(bucket: string, key: string): Version | undefined {
    const latest = this.latest(bucket, key);
    return latest?.marker ? undefined : latest;
  }

  find(bucket: string, key: string, version: string): Version | undefined {
    return this.first(
      "SELECT * FROM s3_object WHERE bucket = ? AND key = ? AND version = ?",
      bucket,
      key,
      version,
    );
  }

  /** Adds the newest version. Without versioning, or while it is suspended, it replaces "null". */
  put(bucket: Bucket, key: string, value: NewVersion): Version {
    const { store, clock, random } = this.kernel;
    const now = clock.now();
    return store.atomically(() => {
      const version = bucket.versioning === "Enabled" ? versionIdOf(random.bytes(IDENTITY)) : "null";
      const replaced = version === "null" ? this.find(bucket.name, key, "null") : undefined;
      if (replaced) this.erase(replaced);
      store.run(
        `UPDATE s3_object SET latest = 0, superseded_at = ?
         WHERE sequence = (SELECT sequence FROM s3_object WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1)`,
        now,
        bucket.name,
        key,
      );
      return this.first(
        `INSERT INTO s3_object
           (bucket, key, version, latest, marker, modified_at, size, etag, headers, checksum, tags, parts, multipart)
         VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`,
        bucket.name,
        key,
        version,
        Number(value.marker),
        now,
        value.size,
        value.etag,
        JSON.stringify(value.headers),
        value.checksum ? JSON.stringify(value.checksum) : null,
        JSON.stringify(value.tags),
        JSON.stringify(value.parts),
        Number(value.multipart),
      )!;
    });
  }

  /**
   * A delete without a version id: with versioning it adds a marker, which is returned; otherwise the object
   * is removed.
   */
  hide(bucket: Bucket, key: string): Version | undefined {
    if (bucket.versioning !== undefined) return this.put(bucket, key, MARKER);
    const version = this.find(bucket.name, key, "null");
    if (version) this.remove(version);
    return undefined;
  }

  /** Deletes one version permanently; the previous one becomes the latest. */
  remove(version: Version): void {
    this.kernel.store.atomically(() => {
      this.erase(version);
      this.kernel.store.run(
        `UPDATE s3_object SET latest = 1, superseded_at = NULL
         WHERE sequence = (SELECT sequence FROM s3_object WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1)`,
        version.bucket,
        version.key,
      );
    });
  }

  setTags(version: Version, tags: Record<string, string>): void {
    this.kernel.store.run(
      "UPDATE s3_object SET tags = ? WHERE sequence = ?",
      JSON.stringify(tags),
      version.sequence,
    );
  }

  all(sql: string, ...values: (string | number)[]): Version[] {
    return this.kernel.store.all(sql, ...values).map(parse);
  }

  private erase(version: Version): void {
    this.kernel.store.run("DELETE FROM s3_object WHERE sequence = ?", version.sequence);
    this.blobs.delete(version.parts);
  }

  private first(sql: string, ...values: (string | number | null)[]): Version | undefined {
    const row = this.kernel.store.get(sql, ...values);
    return row && parse(row);
  }
}

function parse(row: Record<string, any>): Version {
  return {
    sequence: row.sequence,
    bucket: row.bucket,
    key: row.key,
    version: row.version,
    latest: row.latest === 1,
    marker: row.marker === 1,
    modified_at: row.modified_at,
    superseded_at: row.superseded_at ?? undefined,
    size: row.size,
    etag: row.etag,
    headers: JSON.parse(row.headers),
    checksum: row.checksum === null ? undefined : JSON.parse(row.checksum),
    tags: JSON.parse(row.tags ?? "{}"),
    parts: JSON.parse(row.parts),
    multipart: row.multipart === 1,
  };
}
