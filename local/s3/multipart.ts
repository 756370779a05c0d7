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
import { checkCopySource, checkUnchangedSince, checkWrite, checkWriteHeaders } from "./conditions.ts";
import { copiedRange, copySource } from "./copy-source.ts";
import {
  badDigest,
  badPartDigest,
  entityTooSmall,
  invalidArgument,
  invalidPart,
  invalidPartOrder,
  invalidRequest,
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
  refuseArchived,
  requested,
} from "./objects.ts";
import { encoderOf, markedAt, mostOf, scan } from "./scan.ts";
import { fromHeader } from "./tags.ts";
import type { Upload, UploadedPart, Uploads } from "./uploads.ts";
import type { Versions } from "./versions.ts";

const SMALLEST_PART = 5 * 1024 * 1024;
const MOST_PARTS = 10_000;

/** Multipart uploads: parts are bodies of their own, which the completed object references without a copy. */
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
      refuseArchived(source);
      const range = copiedRange(input.CopySourceRange, source.size);
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
      checkWriteHeaders(input);
      const upload = uploads.of(input);
      checkType(upload, input.ChecksumType);
      const parts = chosenParts(upload, uploads.parts(upload), input.MultipartUpload?.Parts ?? []);
      const size = parts.reduce((total, part) => total + part.size, 0);
      checkSize(input.MpuObjectSize, size);
      const sum = objectChecksum(upload, parts, versions);
      checkChecksum(upload, sum, input);
      return kernel.store.atomically(() => {
        const existing = versions.current(bucket.name, upload.key);
        checkWrite(input, upload.key, existing);
        checkUnchangedSince(input, upload.key, existing, upload.started_at);
        const version = versions.put(bucket, upload.key, {
          size,
          etag: multipartEtag(parts.map((part) => part.etag)),
          headers: upload.headers,
          checksum: sum,
          tags: upload.tags,
          parts: parts.map(({ blob, size, checksum }) =>
            upload.algorithm && checksum !== null ? [blob, size, checksum] : [blob, size],
          ),
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
      const most = mostOf(input.MaxParts, "max-parts");
      const after = Number(input.PartNumberMarker ?? 0);
      const found = uploads.parts(upload, after, most + 1);
      const parts = found.slice(0, most);
      return {
        Bucket: bucket.name,
        Key: upload.key,
        UploadId: upload.id,
        PartNumberMarker: after,
        NextPartNumberMarker: parts.at(-1)?.number ?? 0,
        MaxParts: most,
        IsTruncated: found.length > most,
        Parts: parts.map((part) => ({
          PartNumber: part.number,
          LastModified: new Date(part.modified_at),
          ETag: quoted(part.etag),
          Size: part.size,
          ...(upload.algorithm && part.checksum && { [memberOf(upload.algorithm)]: part.checksum }),
        })),
        ...described(upload),
      };
    },

    ListMultipartUploads(input) {
      const bucket = lifecycle.applyTo(buckets.of(input));
      const { Prefix = "", Delimiter = "", KeyMarker = "" } = input;
      // Without a key, an upload has no position.
      const UploadIdMarker = KeyMarker === "" ? "" : (input.UploadIdMarker ?? "");
      const within = UploadIdMarker === "" ? undefined : markedUpload(bucket.name, KeyMarker, UploadIdMarker);
      const most = mostOf(input.MaxUploads, "max-uploads");
      const encode = encoderOf(input.EncodingType);
      const found = scan<Upload, Upload>(
        (position, limit) => uploads.after(bucket.name, Prefix, position, limit),
        { ...markedAt(KeyMarker), within },
        Prefix,
        Delimiter,
        most,
      );
      const last = found.rows.at(-1);
      return {
        Bucket: bucket.name,
        ...(Prefix !== "" && { Prefix: encode(Prefix) }),
        ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
        KeyMarker: encode(KeyMarker),
        UploadIdMarker,
        NextKeyMarker: encode(last?.key ?? ""),
        NextUploadIdMarker: last?.id ?? "",
        MaxUploads: most,
        IsTruncated: found.truncated,
        ...(input.EncodingType && { EncodingType: input.EncodingType }),
        Uploads: found.rows.map((upload) => ({
          Key: encode(upload.key),
          UploadId: upload.id,
          Initiated: new Date(upload.started_at),
          ...described(upload),
        })),
        CommonPrefixes: found.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
      };
    },
  };

  function markedUpload(bucket: string, key: string, id: string): Upload {
    const upload = uploads.find(id);
    if (upload?.bucket === bucket && upload.key === key) return upload;
    throw invalidArgument("Invalid uploadId marker", "upload-id-marker", id);
  }

  /** The fields of an upload in listings. */
  function described(upload: Upload) {
    return {
      ...(upload.algorithm && {
        ChecksumAlgorithm: upload.algorithm,
        ChecksumType: upload.checksum_type,
      }),
      Initiator: { ID: kernel.account, DisplayName: kernel.account },
      Owner: { ID: kernel.account },
      StorageClass: upload.headers.StorageClass ?? "STANDARD",
    };
  }
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

/** The default checksum type of an upload: over the whole if the algorithm allows only that. */
function checksumType(
  algorithm: Algorithm | undefined,
  wanted: ChecksumType | undefined,
): ChecksumType | undefined {
  if (!algorithm && wanted) {
    throw invalidRequest(
      "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
    );
  }
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

/** The listed parts, which must exist as the caller names them. */
function chosenParts(upload: Upload, uploaded: UploadedPart[], listed: any[]): UploadedPart[] {
  if (listed.length === 0) throw invalidRequest("You must specify at least one part");
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  let before = 0;
  const parts = listed.map((entry) => {
    const number = Number(entry.PartNumber);
    if (number <= before) throw invalidPartOrder(upload.id);
    before = number;
    const part = byNumber.get(number);
    const etag = String(entry.ETag).replaceAll('"', "");
    if (etag !== part?.etag || !hasChecksum(upload, part, entry)) throw invalidPart(upload.id, number, etag);
    return part;
  });
  const small = parts.slice(0, -1).find((part) => part.size < SMALLEST_PART);
  if (small) throw entityTooSmall(small.number, small.etag, small.size, SMALLEST_PART);
  return parts;
}

/** Whether a part has the listed checksum. Throws if it should have one, or has one of another algorithm. */
function hasChecksum({ algorithm, checksum_type: type }: Upload, part: UploadedPart, entry: any): boolean {
  if (!algorithm) return true;
  const listed = givenChecksum(entry);
  if (listed && listed.algorithm !== algorithm) {
    throw badPartDigest(listed.algorithm.toLowerCase(), part.number);
  }
  if (!listed && type === "COMPOSITE") {
    throw invalidRequest(
      `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
  }
  return !listed || listed.value === part.checksum;
}

function checkSize(given: unknown, size: number): void {
  if (given === undefined || Number(given) === size) return;
  throw invalidRequest(
    `The provided 'x-amz-mp-object-size' header value ${given} does not match what was computed: ${size}`,
  );
}

function checkType({ checksum_type: type }: Upload, given: ChecksumType | undefined): void {
  if (!type || given === undefined || given === type) return;
  throw invalidRequest(
    `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
  );
}

/** Throws if the request has another checksum of the whole. One without a type counts as a composite one. */
function checkChecksum({ algorithm, checksum_type: type }: Upload, sum: Checksum, input: any): void {
  const given = givenChecksum(input);
  if (!given) return;
  const isOfType = !algorithm || (input.ChecksumType ?? "COMPOSITE") === type;
  const comparable = algorithm ?? given.algorithm;
  if (
    comparable === sum.algorithm &&
    !(isOfType && given.algorithm === comparable && given.value === sum.value)
  ) {
    throw badDigest(sum.algorithm.toLowerCase());
  }
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
