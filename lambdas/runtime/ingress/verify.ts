import { createHmac, timingSafeEqual } from "node:crypto";
import { milliseconds } from "../../../lib/contract/duration.ts";
import type { ClaimedSignature, Headers, Signature } from "../../../lib/contract/trigger/signature.ts";

export interface SignedRequest {
  headers: Headers;
  /** The bytes as received: the signature does not match text that was parsed and serialized. */
  body: Buffer;
}

/** The sender is verified: the signed text, and what the headers claimed of it. */
export interface Authentic {
  authentic: true;
  signed: Buffer;
  /** Undefined where senders do not sign. */
  claimed?: ClaimedSignature;
}

/** The sender is verified; or the reason why it is not. */
export type Verdict = Authentic | { authentic: false; why: string };

/** Whether one of the secrets signed a request, within the tolerance around `now` (epoch milliseconds). */
export function verify(
  { headers, body }: SignedRequest,
  signature: Signature,
  secrets: readonly string[],
  now: number,
): Verdict {
  const claimed = signature.read(headers);
  if (!claimed)
    return { authentic: false, why: `The request has no ${signature.header} of the expected form.` };
  const late = untimely(claimed, signature, now);
  if (late) return { authentic: false, why: late };
  const signed = Buffer.concat([Buffer.from(signature.preamble(claimed)), body]);
  const { algorithm, encoding, key = (secret) => secret } = signature;
  const fits = secrets.some((secret) => {
    const expected = createHmac(algorithm, key(secret)).update(signed).digest();
    return claimed.signatures.some((text) => equal(Buffer.from(text, encoding), expected));
  });
  return fits
    ? { authentic: true, signed, claimed }
    : { authentic: false, why: `The signature in ${signature.header} does not match.` };
}

function untimely(
  { timestamp }: ClaimedSignature,
  { tolerance, header }: Signature,
  now: number,
): string | undefined {
  if (tolerance === undefined) return undefined;
  if (!/^\d{1,12}$/.test(timestamp ?? "")) return `The request has no timestamp in ${header}.`;
  const off = Math.abs(now - Number(timestamp) * 1000);
  return off > milliseconds(tolerance)
    ? `The request was signed ${Math.round(off / 1000)} seconds from now; the tolerance is ${tolerance}.`
    : undefined;
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
