import { givenChecksum } from "./body.ts";
import {
  type Algorithm,
  type Checksum,
  type ChecksumType,
  compositeChecksum,
  fullChecksum,
} from "./checksums.ts";
import {
  badDigest,
  badPartDigest,
  entityTooSmall,
  invalidArgument,
  invalidPart,
  invalidPartOrder,
  invalidRequest,
} from "./errors.ts";
import type { Upload, UploadedPart } from "./uploads.ts";
import type { Versions } from "./versions.ts";

const SMALLEST_PART = 5 * 1024 * 1024;
const MOST_PARTS = 10_000;

export function partNumber(input: any): number {
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
export function checksumType(
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
export function chosenParts(upload: Upload, uploaded: UploadedPart[], listed: any[]): UploadedPart[] {
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

export function checkSize(given: unknown, size: number): void {
  if (given === undefined || Number(given) === size) return;
  throw invalidRequest(
    `The provided 'x-amz-mp-object-size' header value ${given} does not match what was computed: ${size}`,
  );
}

export function checkType({ checksum_type: type }: Upload, given: ChecksumType | undefined): void {
  if (!type || given === undefined || given === type) return;
  throw invalidRequest(
    `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
  );
}

/** Throws if the request has another checksum of the whole. One without a type counts as a composite one. */
export function checkChecksum({ algorithm, checksum_type: type }: Upload, sum: Checksum, input: any): void {
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

export function objectChecksum(upload: Upload, parts: UploadedPart[], versions: Versions): Checksum {
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
