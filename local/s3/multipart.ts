import type { Operation } from "../kernel/service.ts";
import { algorithmOf, receiveBody } from "./body.ts";
import { memberOf, multipartEtag } from "./checksums.ts";
import { checkCopySource, checkUnchangedSince, checkWrite, checkWriteHeaders } from "./conditions.ts";
import { copiedRange, copySource } from "./copy-source.ts";
import { invalidArgument } from "./errors.ts";
import { objectHeaders } from "./headers.ts";
import {
  checkChecksum,
  checkSize,
  checksumType,
  checkType,
  chosenParts,
  objectChecksum,
  partNumber,
} from "./multipart-checks.ts";
import { checksumMembers, encryption, newVersionId, quoted } from "./object-response.ts";
import { causeOf, type Engine } from "./objects.ts";
import { keyOf, refuseArchived, requested } from "./requested-version.ts";
import { encoderOf, markedAt, mostOf, scan } from "./scan.ts";
import { fromHeader } from "./tags.ts";
import type { Upload, Uploads } from "./uploads.ts";

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
