import type { Part } from "./blobs.ts";
import type { Checksum } from "./checksums.ts";
import type { ObjectHeaders } from "./headers.ts";

/** One version of a key, or a delete marker. */
export interface Version {
  sequence: number;
  bucket: string;
  key: string;
  /** "null" for an object that was written while versioning was not enabled. */
  version: string;
  latest: boolean;
  marker: boolean;
  modified_at: number;
  superseded_at: number | undefined;
  size: number;
  etag: string;
  headers: ObjectHeaders;
  checksum: Checksum | undefined;
  tags: Record<string, string>;
  parts: Part[];
  multipart: boolean;
}
