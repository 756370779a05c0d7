import { createHash, timingSafeEqual } from "node:crypto";
import type { Secrets } from "../ingress/receive.ts";

/** How long a replaced token may still be accepted. */
const KNOWN_FOR = 60_000;
/**
 * A token that does not match may be a new one: then the secret is read again, but not for each such request.
 */
const KNOWN_AT_LEAST = 10_000;

/** Whether a text is the current token. The time of the comparison reveals nothing about the token. */
export function tokenCheck(secrets: Pick<Secrets, "valid">): (token: string) => Promise<boolean> {
  return async (token) => {
    if ((await secrets.valid(KNOWN_FOR)).some((value) => isSame(value, token))) return true;
    return (await secrets.valid(KNOWN_AT_LEAST)).some((value) => isSame(value, token));
  };
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
