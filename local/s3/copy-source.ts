import { invalidArgument } from "./errors.ts";

/** "bucket/key?versionId=…", percent-encoded, with or without a leading slash. Throws InvalidArgument. */
export function copySource(text: unknown): { Bucket: string; Key: string; VersionId: string | undefined } {
  const parts = /^\/?([^/?]+)\/(.+?)(?:\?versionId=([^?]*))?$/s.exec(typeof text === "string" ? text : "");
  try {
    if (parts) {
      return { Bucket: parts[1]!, Key: decodeURIComponent(parts[2]!), VersionId: parts[3] };
    }
  } catch {
    // A stray percent sign: refused like any other text that names no object.
  }
  throw invalidArgument(
    "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    "x-amz-copy-source",
    text,
  );
}
