import type { Store } from "../kernel/store.ts";

const CHUNK = 1 << 20;

/**
 * A part of a multipart object has the checksum with which it was uploaded, if the upload was started with an
 * algorithm.
 */
export type Part = readonly [blob: number, size: number, checksum?: string];

/** Bodies in chunks of at most one mebibyte. */
export class Blobs {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  write(data: Uint8Array): number {
    return this.store.atomically(() => {
      const { id } = this.store.get("INSERT INTO s3_blob (size) VALUES (?) RETURNING id", data.length)!;
      for (let position = 0; position * CHUNK < data.length; position++) {
        this.store.run(
          "INSERT INTO s3_chunk (blob, position, data) VALUES (?, ?, ?)",
          id,
          position,
          data.subarray(position * CHUNK, (position + 1) * CHUNK),
        );
      }
      return id;
    });
  }

  /** The bytes from `start` up to and including `end` of these parts in sequence. */
  read(parts: readonly Part[], start: number, end: number): Buffer {
    return Buffer.concat([...this.pieces(parts, start, end)]);
  }

  *pieces(parts: readonly Part[], start: number, end: number): Generator<Uint8Array> {
    let offset = 0;
    for (const [blob, size] of parts) {
      const from = Math.max(0, start - offset);
      const to = Math.min(size, end - offset + 1);
      offset += size;
      for (let position = Math.floor(from / CHUNK); position * CHUNK < to; position++) {
        const { data } = this.store.get<{ data: Uint8Array }>(
          "SELECT data FROM s3_chunk WHERE blob = ? AND position = ?",
          blob,
          position,
        )!;
        yield data.subarray(Math.max(0, from - position * CHUNK), to - position * CHUNK);
      }
    }
  }

  delete(parts: readonly Part[]): void {
    for (const [blob] of parts) {
      this.store.run("DELETE FROM s3_chunk WHERE blob = ?", blob);
      this.store.run("DELETE FROM s3_blob WHERE id = ?", blob);
    }
  }
}
