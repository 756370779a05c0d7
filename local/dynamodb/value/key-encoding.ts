import { crc32 } from "node:zlib";
import { remembered } from "../../kernel/remembered.ts";
import type { AttributeValue } from "./attribute-value.ts";
import { bytesOf } from "./compare.ts";
import { parseDecimal } from "./decimal.ts";

/** Bytes of a partition key's checksum, which is its hash and precedes it in its encoding. */
const PARTITION_PREFIX = 4;

/** Bytes that sort (as with memcmp, a prefix first) as the service sorts values of a key attribute. */
export function encodeSortKey(value: AttributeValue | undefined): Uint8Array {
  if (value === undefined) return Buffer.alloc(0);
  if ("S" in value) return Buffer.from(value.S);
  if ("B" in value) return bytesOf(value.B);
  return encodeNumber((value as { N: string }).N);
}

/**
 * A partition key after the first bytes of its hash: equal keys have equal bytes, the order of a scan reveals
 * nothing about the keys (as on AWS), and a segment of a parallel scan is a range.
 */
export function encodePartitionKey(value: AttributeValue): Uint8Array {
  return "S" in value ? ofText(value.S) : withPrefix(encodeSortKey(value));
}

/** The items of a partition are often written one after another. */
const ofText = remembered(1000, (text) => withPrefix(Buffer.from(text)));

function withPrefix(bytes: Uint8Array): Uint8Array {
  const encoded = Buffer.allocUnsafe(PARTITION_PREFIX + bytes.length);
  encoded.writeUInt32BE(crc32(bytes));
  encoded.set(bytes, PARTITION_PREFIX);
  return encoded;
}

/** The smallest encoded partition key of a segment, or undefined past the last one. */
export function segmentStart(segment: number, segments: number): Uint8Array | undefined {
  if (segment >= segments) return undefined;
  const start = Buffer.alloc(PARTITION_PREFIX);
  start.writeUInt32BE(Math.ceil((2 ** 32 * segment) / segments));
  return start;
}

/**
 * The smallest bytes that are greater than everything that begins with `prefix`, or undefined if there are
 * none.
 */
export function afterPrefix(prefix: Uint8Array): Uint8Array | undefined {
  const last = prefix.findLastIndex((byte) => byte < 0xff);
  if (last < 0) return undefined;
  const after = Buffer.from(prefix.subarray(0, last + 1));
  after[last]!++;
  return after;
}

const NEGATIVE = 0;
const ZERO = 1;
const POSITIVE = 2;

/** Sign, exponent, then two digits per byte; a negative number has all bytes inverted and a final 0xff. */
function encodeNumber(text: string): Uint8Array {
  const { negative, digits, exponent } = parseDecimal(text);
  if (digits === "0") return Buffer.of(ZERO);
  const magnitude = [exponent + 130];
  for (let at = 0; at < digits.length; at += 2)
    magnitude.push(Number(digits.slice(at, at + 2).padEnd(2, "0")));
  if (!negative) return Buffer.of(POSITIVE, ...magnitude);
  return Buffer.of(NEGATIVE, ...magnitude.map((byte) => 0xff - byte), 0xff);
}
