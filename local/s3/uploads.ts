import type { Kernel } from "../kernel/kernel.ts";
import type { Blobs } from "./blobs.ts";
import type { Algorithm, ChecksumType } from "./checksums.ts";
import { noSuchUpload } from "./errors.ts";
import type { ObjectHeaders } from "./headers.ts";
import { beyond, type Position } from "./scan.ts";
import type { Tags } from "./tags.ts";

export interface Upload {
  id: string;
  bucket: string;
  key: string;
  started_at: number;
  headers: ObjectHeaders;
  tags: Tags;
  algorithm: Algorithm | undefined;
  checksum_type: ChecksumType | undefined;
}

export interface UploadedPart {
  number: number;
  blob: number;
  size: number;
  etag: string;
  checksum: string | null;
  modified_at: number;
}

/** Running multipart uploads: the rows of `s3_upload` and `s3_part`. */
export class Uploads {
  private readonly kernel: Kernel;
  private readonly blobs: Blobs;

  constructor(kernel: Kernel, blobs: Blobs) {
    this.kernel = kernel;
    this.blobs = blobs;
  }

  start(upload: Omit<Upload, "id" | "started_at">): Upload {
    const id = this.kernel.random.bytes(48).toString("base64url");
    const started_at = this.kernel.clock.now();
    this.kernel.store.run(
      `INSERT INTO s3_upload (id, bucket, key, started_at, headers, tags, algorithm, checksum_type)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      upload.bucket,
      upload.key,
      started_at,
      JSON.stringify(upload.headers),
      JSON.stringify(upload.tags),
      upload.algorithm ?? null,
      upload.checksum_type ?? null,
    );
    return { id, started_at, ...upload };
  }

  /** The upload of a request. Throws NoSuchUpload. */
  of(input: { Bucket: string; Key: string; UploadId?: string }): Upload {
    const upload = this.find(input.UploadId ?? "");
    if (upload?.bucket !== input.Bucket || upload.key !== input.Key) throw noSuchUpload(input.UploadId);
    return upload;
  }

  find(id: string): Upload | undefined {
    const row = this.kernel.store.get("SELECT * FROM s3_upload WHERE id = ?", id);
    return row && parse(row);
  }

  /**
   * In the order of their keys and start times: those of this key that began after `within`, and those of
   * later keys.
   */
  after(bucket: string, prefix: string, { key, within }: Position<Upload>, limit: number): Upload[] {
    return this.kernel.store
      .all(
        `SELECT * FROM s3_upload WHERE bucket = ? AND (key, started_at, id) > (?, ?, ?) AND key >= ? AND key < ?
         ORDER BY key, started_at, id LIMIT ?`,
        bucket,
        key,
        within?.started_at ?? Number.MAX_SAFE_INTEGER,
        within?.id ?? "",
        prefix,
        beyond(prefix),
        limit,
      )
      .map(parse);
  }

  /** A part that is sent again replaces the previous one. */
  addPart(upload: Upload, part: Omit<UploadedPart, "blob" | "modified_at">, data: Uint8Array): UploadedPart {
    const { store, clock } = this.kernel;
    return store.atomically(() => {
      const earlier = store.get(
        "SELECT * FROM s3_part WHERE upload = ? AND number = ?",
        upload.id,
        part.number,
      );
      if (earlier) this.blobs.delete([[earlier.blob, earlier.size]]);
      const added = { ...part, blob: this.blobs.write(data), modified_at: clock.now() };
      store.run(
        `INSERT OR REPLACE INTO s3_part (upload, number, blob, size, etag, checksum, modified_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        upload.id,
        added.number,
        added.blob,
        added.size,
        added.etag,
        added.checksum,
        added.modified_at,
      );
      return added;
    });
  }

  parts(upload: Upload, after = 0, limit = 10_000): UploadedPart[] {
    return this.kernel.store.all<UploadedPart>(
      "SELECT * FROM s3_part WHERE upload = ? AND number > ? ORDER BY number LIMIT ?",
      upload.id,
      after,
      limit,
    );
  }

  /** Removes the upload. The bodies of the parts in `kept` belong to an object now. */
  end(upload: Upload, kept: UploadedPart[] = []): void {
    const { store } = this.kernel;
    const blobs = new Set(kept.map((part) => part.blob));
    store.atomically(() => {
      const rest = this.parts(upload).filter((part) => !blobs.has(part.blob));
      this.blobs.delete(rest.map((part) => [part.blob, part.size]));
      store.run("DELETE FROM s3_part WHERE upload = ?", upload.id);
      store.run("DELETE FROM s3_upload WHERE id = ?", upload.id);
    });
  }

  abortBefore(bucket: string, prefix: string, startedAt: number): void {
    const old = this.kernel.store.all(
      "SELECT * FROM s3_upload WHERE bucket = ? AND started_at <= ? ORDER BY key, id",
      bucket,
      startedAt,
    );
    for (const row of old) if (row.key.startsWith(prefix)) this.end(parse(row));
  }
}

function parse(row: Record<string, any>): Upload {
  return {
    id: row.id,
    bucket: row.bucket,
    key: row.key,
    started_at: row.started_at,
    headers: JSON.parse(row.headers),
    tags: JSON.parse(row.tags ?? "{}"),
    algorithm: row.algorithm ?? undefined,
    checksum_type: row.checksum_type ?? undefined,
  };
}
