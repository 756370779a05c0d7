import { ALGORITHMS, type Algorithm, checksum, md5, memberOf } from "./checksums.ts";
import { badDigest, badMd5, entityTooLarge, invalidDigest, invalidRequest } from "./errors.ts";

/** Far below S3's 5 GB: a body is in memory while it is written. */
const LARGEST_BODY = 512 * 1024 * 1024;

export interface Received {
  data: Uint8Array;
  /** MD5 in hexadecimal. */
  etag: string;
  algorithm: Algorithm | undefined;
  /** Base64. */
  checksum: string | undefined;
}

/** The body of a request, checked against all its digests. Throws BadDigest if one differs. */
export function receiveBody(input: Record<string, any>, algorithm?: Algorithm): Received {
  const data = typeof input.Body === "string" ? Buffer.from(input.Body) : (input.Body ?? new Uint8Array());
  if (!(data instanceof Uint8Array)) throw invalidRequest("Body must be text or bytes.");
  if (data.length > LARGEST_BODY) throw entityTooLarge(data.length, LARGEST_BODY);
  const digest = md5(data);
  if (input.ContentMD5 !== undefined) {
    const given = Buffer.from(input.ContentMD5, "base64");
    if (given.length !== 16) throw invalidDigest(input.ContentMD5);
    if (!given.equals(digest)) throw badMd5(given.toString("hex"), digest.toString("base64"));
  }
  const given = givenChecksum(input);
  if (given && !isChecksum(given)) {
    throw invalidRequest(`Value for x-amz-checksum-${given.algorithm.toLowerCase()} header is invalid.`);
  }
  if (given && algorithm && given.algorithm !== algorithm) {
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, actual checksum Type: ${given.algorithm.toLowerCase()}`,
    );
  }
  const wanted = given?.algorithm ?? algorithm ?? algorithmOf(input.ChecksumAlgorithm);
  const value = wanted && checksum(wanted, [data]);
  if (given && given.value !== value) throw badDigest(given.algorithm);
  return { data, etag: digest.toString("hex"), algorithm: wanted, checksum: value };
}

/** The checksum that the request carries, if any. Throws InvalidRequest for several. */
export function givenChecksum(
  input: Record<string, any>,
): { algorithm: Algorithm; value: string } | undefined {
  const [algorithm, ...others] = ALGORITHMS.filter((name) => input[memberOf(name)] !== undefined);
  if (others.length > 0) {
    throw invalidRequest(
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  return algorithm && { algorithm, value: input[memberOf(algorithm)] };
}

/** Whether a value has the form of the algorithm's checksums: base64, with the right length. */
function isChecksum({ algorithm, value }: { algorithm: Algorithm; value: string }): boolean {
  const bytes = Buffer.from(value, "base64");
  return (
    bytes.length === Buffer.from(checksum(algorithm, []), "base64").length &&
    bytes.toString("base64") === value
  );
}

/** Throws InvalidRequest for an unknown checksum algorithm. */
export function algorithmOf(name: string | undefined): Algorithm | undefined {
  if (name === undefined) return undefined;
  const algorithm = ALGORITHMS.find((known) => known === name.toUpperCase());
  if (!algorithm)
    throw invalidRequest(
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${ALGORITHMS.join(", ")}]`,
    );
  return algorithm;
}
