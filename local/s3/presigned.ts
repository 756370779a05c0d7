import { requestHasExpired } from "./errors.ts";

/**
 * A presigned request has its signature, and headers that were signed with it, in the query. Checksums there
 * are of the empty body that was signed, not of the one that is sent, so they are ignored.
 */
const SIGNATURE =
  /^x-amz-(?:algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256)$/;
const CHECKSUM = /checksum/;

/** The headers in the query of a presigned request; none for any other. */
export function presignedHeaders(query: URLSearchParams): Record<string, string> {
  if (!query.has("X-Amz-Signature") && !isVersion2(query)) return {};
  const named = [...query].map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  const isHeader = ([name]: [string, string]) =>
    name.startsWith("x-amz-") && !SIGNATURE.test(name) && !CHECKSUM.test(name);
  return Object.fromEntries(named.filter(isHeader));
}

/** Signature Version 2, which SDKs for Python still write unless they are given a region. */
const isVersion2 = (query: URLSearchParams) => query.has("AWSAccessKeyId") && query.has("Signature");

/** Throws AccessDenied for an expired presigned request. `now` in milliseconds since the epoch. */
export function refuseExpired(query: URLSearchParams, now: number): void {
  if (isVersion2(query)) {
    const expires = Number(query.get("Expires") ?? Number.NaN) * 1000;
    if (!(expires >= now)) throw requestHasExpired(expires, undefined, now);
    return;
  }
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "") ?? [];
  const seconds = Number(query.get("X-Amz-Expires") ?? Number.NaN);
  const signed = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const expires = signed + seconds * 1000;
  if (expires < now) throw requestHasExpired(expires, seconds, now);
}
