import type { Operation } from "../kernel/service.ts";
import { invalidArgument, invalidRequest } from "./errors.ts";
import { checksumMembers, type Engine, requested, versionId } from "./objects.ts";
import type { Version } from "./versions.ts";

const MISSING =
  "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty";

/** Attribute → what it is of an object; undefined where the object has none. */
const ATTRIBUTES: Record<string, (version: Version) => unknown> = {
  ETag: ({ etag }) => etag,
  Checksum: (version) => version.checksum && checksumMembers(version),
  ObjectParts: ({ multipart, parts }) => (multipart ? { TotalPartsCount: parts.length } : undefined),
  StorageClass: ({ headers }) => headers.StorageClass ?? "STANDARD",
  ObjectSize: ({ size }) => size,
};

/** GetObjectAttributes: what there is to know of an object, without its body. */
export function attributeOperations({ buckets, versions, lifecycle }: Engine): Record<string, Operation> {
  return {
    GetObjectAttributes(input) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const version = requested(versions, bucket, input, "GET");
      const wanted: string[] = input.ObjectAttributes ?? [];
      if (wanted.length === 0) throw invalidRequest(MISSING);
      const unknown = wanted.find((name) => !Object.hasOwn(ATTRIBUTES, name));
      if (unknown !== undefined)
        throw invalidArgument("Invalid attribute name specified.", "x-amz-object-attributes", unknown);
      return {
        LastModified: new Date(version.modified_at),
        ...versionId(bucket, version),
        ...Object.fromEntries(wanted.map((name) => [name, ATTRIBUTES[name]!(version)])),
      };
    },
  };
}
