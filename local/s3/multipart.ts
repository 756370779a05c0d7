import type { Operation } from "../kernel/service.ts";
import { algorithmOf, givenChecksum, receiveBody } from "./body.ts";
import {
  type Algorithm,
  type Checksum,
  type ChecksumType,
  compositeChecksum,
  fullChecksum,
  memberOf,
  multipartEtag,
} from "./checksums.ts";
import { checkCopySource, checkWrite } from "./conditions.ts";
import { copySource } from "./copy-source.ts";
import {
  badDigest,
  entityTooSmall,
  invalidArgument,
  invalidPart,
  invalidPartOrder,
  invalidRequest,
  malformedXml,
} from "./errors.ts";
import { objectHeaders } from "./headers.ts";
import {
  causeOf,
  checksumMembers,
  type Engine,
  encryption,
  keyOf,
  newVersionId,
  quoted,
  requested,
} from "./objects.ts";
import { parseRange } from "./range.ts";
import { fromHeader } from "./tags.ts";
import type { Upload, UploadedPart, Uploads } from "./uploads.ts";
import type { Versions } from "./versions.ts";

const SMALLEST_PART = 5 * 1024 * 1024;
const MOST_PARTS = 10_000;

/** Multipart uploads: parts are bodies of their own, which the completed object takes over without a copy. */
export function multipartOperations(engine: Engine, uploads: Uploads): Record<string, Operation> {
  const { kernel, buckets, versions, lifecycle, notifications } = engine;

  return {
    CreateMultipartUpload(input) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const algorithm = algorithmOf(input.ChecksumAlgorithm);
      const upload = uploads.start({
        bucket: bucket.name,
        key: keyOf(input),
        headers: objectHeaders(input),
        tags: fromHeader(input.Tagging),
        algorithm,
        checksum_type: checksumType(algorithm, input.ChecksumType),
      });
      return {
        Bucket: bucket.name,
        Key: upload.key,
        UploadId: upload.id,
        ...(algorithm && { ChecksumAlgorithm: algorithm, ChecksumType: upload.checksum_type }),
        ...encryption(upload),
      };
    },

    UploadPart(input) {
      const upload = uploads.of({ ...input, Bucket: buckets.of(input).name });
      const body = receiveBody(input, upload.algorithm);
      const part = {
        number: partNumber(input),
        size: body.data.length,
        etag: body.etag,
        checksum: body.checksum ?? null,
      };
      uploads.addPart(upload, part, body.data);
      return {
        ETag: quoted(body.etag),
        ...(body.algorithm && { [memberOf(body.algorithm)]: body.checksum }),
        ...encryption(upload),
      };
    },

    UploadPartCopy(input) {
      const upload = uploads.of({ ...input, Bucket: buckets.of(input).name });
      const from = copySource(input.CopySource);
      const source = requested(versions, lifecycle.applyTo(buckets.of(from)), from, "GET");
      checkCopySource(input, source, kernel.clock.now());
      const range = parseRange(input.CopySourceRange, source.size) ?? { start: 0, end: source.size - 1 };
      const body = receiveBody(
        { Body: versions.blobs.read(source.parts, range.start, range.end) },
        upload.algorithm,
      );
      const part = uploads.addPart(
        upload,
        {
          number: partNumber(input),
          size: body.data.length,
          etag: body.etag,
          checksum: body.checksum ?? null,
        },
        body.data,
      );
      return {
        CopyPartResult: {
          ETag: quoted(body.etag),
          LastModified: new Date(part.modified_at),
          ...(body.algorithm && { [memberOf(body.algorithm)]: body.checksum }),
        },
        ...encryption(upload),
      };
    },

    CompleteMultipartUpload(input, context) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const upload = uploads.of(input);
      const parts = chosenParts(upload, uploads.parts(upload), input.MultipartUpload?.Parts ?? []);
      const sum = objectChecksum(upload, parts, versions);
      const given = givenChecksum(input);
      if (given && given.algorithm === sum.algorithm && given.value !== sum.value)
        throw badDigest(given.algorithm);
      return kernel.store.atomically(() => {
        checkWrite(input, upload.key, versions.current(bucket.name, upload.key));
        const version = versions.put(bucket, upload.key, {
          size: parts.reduce((total, part) => total + part.size, 0),
          etag: multipartEtag(parts.map((part) => part.etag)),
          headers: upload.headers,
          checksum: sum,
          tags: upload.tags,
          parts: parts.map((part) => [part.blob, part.size]),
          multipart: true,
          marker: false,
        });
        uploads.end(upload, parts);
        notifications.created(bucket, version, causeOf(kernel, context, "CompleteMultipartUpload"));
        return {
          Location: `${kernel.endpoint}/${bucket.name}/${encodeURIComponent(upload.key)}`,
          Bucket: bucket.name,
          Key: upload.key,
          ETag: quoted(version.etag),
          ...checksumMembers(version),
          ...newVersionId(bucket, version),
          ...encryption(version),
        };
      });
    },

    AbortMultipartUpload(input) {
      buckets.of(input);
      uploads.end(uploads.of(input));
      return {};
    },

    ListParts(input) {
      const bucket = buckets.of(input);
      const upload = uploads.of(input);
      const most = Math.min(Number(input.MaxParts ?? 1000), 1000);
      const after = Number(input.PartNumberMarker ?? 0);
      const found = uploads.parts(upload, after, most + 1);
      const parts = found.slice(0, most);
      return {
        Bucket: bucket.name,
        Key: upload.key,
        UploadId: upload.id,
        PartNumberMarker: after,
        NextPartNumberMarker: parts.at(-1)?.number,
        MaxParts: most,
        IsTruncated: found.length > most,
        Parts: parts.map((part) => ({
          PartNumber: part.number,
          LastModified: new Date(part.modified_at),
          ETag: quoted(part.etag),
          Size: part.size,
          ...(upload.algorithm && part.checksum && { [memberOf(upload.algorithm)]: part.checksum }),
        })),
        StorageClass: upload.headers.StorageClass ?? "STANDARD",
      };
    },

    ListMultipartUploads(input) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const { Prefix = "", KeyMarker = "", UploadIdMarker = "" } = input;
      if (input.Delimiter)
        throw invalidRequest("The local cloud does not serve Delimiter in ListMultipartUploads.");
      const most = Math.min(Number(input.MaxUploads ?? 1000), 1000);
      // A key marker alone skips every upload of that key.
      const afterId = KeyMarker !== "" && UploadIdMarker === "" ? "\u{10ffff}" : UploadIdMarker;
      const found = uploads.list(bucket.name, Prefix, KeyMarker, afterId, most + 1);
      const page = found.slice(0, most);
      const more = found.length > most;
      return {
        Bucket: bucket.name,
        Prefix,
        KeyMarker,
        UploadIdMarker,
        MaxUploads: most,
        IsTruncated: more,
        ...(more && { NextKeyMarker: page.at(-1)!.key, NextUploadIdMarker: page.at(-1)!.id }),
        Uploads: page.map((upload) => ({
          Key: upload.key,
          UploadId: upload.id,
          Initiated: new Date(upload.started_at),
          StorageClass: upload.headers.StorageClass ?? "STANDARD",
        })),
      };
    },
  };
}

function partNumber(input: any): number {
  const number = Number(input.PartNumber);
  if (!Number.isInteger(number) || number < 1 || number > MOST_PARTS) {
    throw invalidArgument(
      `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`,
      "partNumber",
      input.PartNumber,
    );
  }
  return number;
}

/** How an upload's checksum is made unless the request says: over the whole where the algorithm allows only that. */
function checksumType(
  algorithm: Algorithm | undefined,
  wanted: ChecksumType | undefined,
): ChecksumType | undefined {
  if (!algorithm) return undefined;
  const type = wanted ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  const possible =
    algorithm === "CRC64NVME" ? type === "FULL_OBJECT" : type === "COMPOSITE" || algorithm.startsWith("CRC");
  if (!possible) {
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return type;
}

/** The parts that the caller lists, which must be there as he knows them. */
function chosenParts(upload: Upload, uploaded: UploadedPart[], listed: any[]): UploadedPart[] {
  if (listed.length === 0) throw malformedXml();
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  let before = 0;
  const parts = listed.map((entry) => {
    const number = Number(entry.PartNumber);
    if (number <= before) throw invalidPartOrder();
    before = number;
    const part = byNumber.get(number);
    if (!part || String(entry.ETag).replaceAll('"', "") !== part.etag) throw invalidPart(number);
    const sum = upload.algorithm && entry[memberOf(upload.algorithm)];
    if (sum !== undefined && sum !== part.checksum) throw invalidPart(number);
    return part;
  });
  const small = parts.slice(0, -1).find((part) => part.size < SMALLEST_PART);
  if (small) throw entityTooSmall(small.number, small.size, SMALLEST_PART);
  return parts;
}

function objectChecksum(upload: Upload, parts: UploadedPart[], versions: Versions): Checksum {
  const { algorithm, checksum_type: type } = upload;
  if (algorithm && type === "COMPOSITE") {
    return {
      algorithm,
      type,
      value: compositeChecksum(
        algorithm,
        parts.map((part) => part.checksum!),
      ),
    };
  }
  const size = parts.reduce((total, part) => total + part.size, 0);
  const pieces = versions.blobs.pieces(
    parts.map((part) => [part.blob, part.size]),
    0,
    size - 1,
  );
  return fullChecksum(algorithm, pieces);
}
