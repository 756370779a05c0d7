import { createHash, hash } from "node:crypto";
import { crc32 } from "node:zlib";

export type Algorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";
export type ChecksumType = "FULL_OBJECT" | "COMPOSITE";

/** A checksum in S3's form: base64, for a composite one followed by "-" and the number of parts. */
export interface Checksum {
  algorithm: Algorithm;
  type: ChecksumType;
  value: string;
}

export const ALGORITHMS: readonly Algorithm[] = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"];

/** Name of the API member that carries a checksum: "ChecksumCRC32". */
export const memberOf = (algorithm: Algorithm) => `Checksum${algorithm}` as const;

export const md5 = (data: Uint8Array): Buffer => hash("md5", data, "buffer");

/** Of all pieces in sequence, in base64. */
export function checksum(algorithm: Algorithm, pieces: Iterable<Uint8Array>): string {
  switch (algorithm) {
    case "CRC32": {
      let crc = 0;
      for (const piece of pieces) crc = crc32(piece, crc);
      return bigEndian(crc >>> 0);
    }
    case "CRC32C": {
      let crc = 0xffffffff;
      for (const piece of pieces) crc = crc32c(piece, crc);
      return bigEndian(~crc >>> 0);
    }
    case "CRC64NVME":
      return crc64nvme(pieces);
    default: {
      const digest = createHash(algorithm.toLowerCase());
      for (const piece of pieces) digest.update(piece);
      return digest.digest("base64");
    }
  }
}

/** Of an object in one piece. An upload without a checksum gets that of S3's own choice. */
export function fullChecksum(
  algorithm: Algorithm | undefined,
  pieces: Iterable<Uint8Array>,
  known?: string,
): Checksum {
  const used = algorithm ?? "CRC64NVME";
  return { algorithm: used, type: "FULL_OBJECT", value: known ?? checksum(used, pieces) };
}

/** The checksum of the parts' checksums. */
export function compositeChecksum(algorithm: Algorithm, parts: string[]): string {
  const digests = parts.map((part) => Buffer.from(part, "base64"));
  return `${checksum(algorithm, digests)}-${parts.length}`;
}

/** The entity tag of a multipart object: the MD5 of the parts' MD5s and their number. */
export function multipartEtag(parts: string[]): string {
  const digests = Buffer.concat(parts.map((etag) => Buffer.from(etag, "hex")));
  return `${hash("md5", digests)}-${parts.length}`;
}

function bigEndian(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString("base64");
}

const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

function crc32c(piece: Uint8Array, start: number): number {
  let crc = start;
  for (const byte of piece) crc = CRC32C_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return crc;
}

const CRC64NVME_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;
const CRC64NVME_TABLE = Array.from({ length: 256 }, (_, index) => {
  let crc = BigInt(index);
  for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ CRC64NVME_POLYNOMIAL : crc >> 1n;
  return crc;
});
const CRC64NVME_HIGH = Uint32Array.from(CRC64NVME_TABLE, (entry) => Number(entry >> 32n));
const CRC64NVME_LOW = Uint32Array.from(CRC64NVME_TABLE, (entry) => Number(entry & 0xffffffffn));

/** In two halves of 32 bits: BigInt per byte would take seconds for a large object. */
function crc64nvme(pieces: Iterable<Uint8Array>): string {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const piece of pieces) {
    for (const byte of piece) {
      const index = (low ^ byte) & 0xff;
      low = (((low >>> 8) | (high << 24)) ^ CRC64NVME_LOW[index]!) >>> 0;
      high = ((high >>> 8) ^ CRC64NVME_HIGH[index]!) >>> 0;
    }
  }
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(~high >>> 0, 0);
  bytes.writeUInt32BE(~low >>> 0, 4);
  return bytes.toString("base64");
}
