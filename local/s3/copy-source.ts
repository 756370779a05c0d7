import { invalidArgument, invalidRequest } from "./errors.ts";
import type { ByteRange } from "./range.ts";

/** "bucket/key?versionId=…", percent-encoded, with or without a leading slash. Throws InvalidArgument. */
export function copySource(text: unknown): { Bucket: string; Key: string; VersionId: string | undefined } {
  const parts = /^\/?([^/?]+)\/(.+?)(?:\?versionId=([^?]*))?$/s.exec(typeof text === "string" ? text : "");
  try {
    if (parts) {
      return { Bucket: parts[1]!, Key: decodeURIComponent(parts[2]!), VersionId: parts[3] };
    }
  } catch {
    // An invalid percent sign: refused like any other text that names no object.
  }
  throw invalidArgument("Invalid copy source object key", "x-amz-copy-source", "x-amz-copy-source");
}

/**
 * The range of a source of this size that becomes a part: all, unless both ends are given. Throws
 * InvalidArgument or InvalidRequest.
 */
export function copiedRange(header: string | undefined, size: number): ByteRange {
  if (header === undefined) return { start: 0, end: size - 1 };
  const refuse = (message: string) => invalidArgument(message, "x-amz-copy-source-range", header);
  const [start, end] = (/^bytes=(\d+)-(\d+)$/.exec(header) ?? []).slice(1).map(Number);
  if (start === undefined || end === undefined || end < start) {
    throw refuse(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
    );
  }
  if (start >= size) {
    throw invalidRequest("The specified copy range is invalid for the source object size");
  }
  if (end >= size) throw refuse(`Range specified is not valid for source object of size: ${size}`);
  return { start, end };
}
