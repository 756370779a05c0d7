import { deserializing, type Kinds } from "../kernel/input.ts";
import type { Operation } from "../kernel/service.ts";

/** Members that are always texts. A tagging is a text in a header, and a structure in a body. */
const TEXTS = [
  "Bucket",
  "Key",
  "VersionId",
  "UploadId",
  "Prefix",
  "Delimiter",
  "Marker",
  "KeyMarker",
  "VersionIdMarker",
  "UploadIdMarker",
  "ContinuationToken",
  "StartAfter",
  "EncodingType",
  "Range",
  "IfMatch",
  "IfNoneMatch",
  "CopySource",
  "CopySourceRange",
  "CopySourceIfMatch",
  "CopySourceIfNoneMatch",
  "ContentType",
  "ContentMD5",
  "ChecksumAlgorithm",
  "StorageClass",
  "ServerSideEncryption",
  "MetadataDirective",
  "TaggingDirective",
  "Policy",
];
const WITH_TAGGING_HEADER = new Set(["PutObject", "CopyObject", "CreateMultipartUpload"]);

/**
 * The operations, which refuse input of another type. HTTP input is text already; the parameters of a state
 * machine's task come from its definition.
 */
export function checked(operations: Record<string, Operation>): Record<string, Operation> {
  const texts: Kinds = Object.fromEntries(TEXTS.map((name) => [name, "text"]));
  const kinds = Object.keys(operations).map((name): [string, Kinds] => [
    name,
    WITH_TAGGING_HEADER.has(name) ? { ...texts, Tagging: "text" } : texts,
  ]);
  return deserializing(Object.fromEntries(kinds), operations);
}
