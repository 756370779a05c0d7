import type { Operation } from "../kernel/service.ts";
import { memberOf } from "./checksums.ts";
import { invalidArgument, invalidRequest } from "./errors.ts";
import { checksumMembers, versionId } from "./object-response.ts";
import type { Engine } from "./objects.ts";
import { requested } from "./requested-version.ts";
import { mostOf } from "./scan.ts";
import type { Version } from "./version.ts";

const MISSING =
  "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty";

/** Attribute → its value for an object; undefined if the object has none. */
const ATTRIBUTES: Record<string, (version: Version, input: any) => unknown> = {
  ETag: ({ etag }) => etag,
  Checksum: ({ checksum }) =>
    // Without the number of parts, which is returned next to it.
    checksum && checksumMembers({ checksum: { ...checksum, value: checksum.value.replace(/-\d+$/, "") } }),
  ObjectParts: (version, input) => (version.multipart ? partsOf(version, input) : undefined),
  StorageClass: ({ headers }) => headers.StorageClass ?? "STANDARD",
  ObjectSize: ({ size }) => size,
};

/** The number of parts, and a page of them if the object has a composite checksum. */
function partsOf({ parts, checksum }: Version, input: any) {
  const TotalPartsCount = parts.length;
  if (checksum?.type !== "COMPOSITE" || parts.some(([, , value]) => value === undefined))
    return { TotalPartsCount };
  const MaxParts = mostOf(input.MaxParts, "max-parts");
  const PartNumberMarker = Number(input.PartNumberMarker ?? 0);
  const page = parts
    .map(([, Size, value], index) => ({
      PartNumber: index + 1,
      Size,
      [memberOf(checksum.algorithm)]: value,
    }))
    .slice(PartNumberMarker, PartNumberMarker + MaxParts);
  return {
    TotalPartsCount,
    PartNumberMarker,
    NextPartNumberMarker: page.at(-1)?.PartNumber ?? 0,
    MaxParts,
    IsTruncated: PartNumberMarker + MaxParts < TotalPartsCount,
    Parts: page,
  };
}

/** GetObjectAttributes: the metadata of an object, without its body. */
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
        ...Object.fromEntries(wanted.map((name) => [name, ATTRIBUTES[name]!(version, input)])),
      };
    },
  };
}
