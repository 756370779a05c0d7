import type { JsonWebKey } from "node:crypto";
import { LOOPBACK } from "./parse.ts";

type Key = JsonWebKey & { kid?: string };

/** The public keys of issuers on this machine, by OpenID Connect's discovery. */
export class Keys {
  private readonly known = new Map<string, Key[]>();

  /**
   * The public key with this id; undefined if the issuer has none. Rejects if the issuer cannot be reached.
   */
  async find(issuer: string, keyId: string): Promise<JsonWebKey | undefined> {
    const of = (keys: Key[] = []) => keys.find(({ kid }) => kid === keyId);
    const known = of(this.known.get(issuer));
    if (known) return known;
    // An issuer may have added keys since the last request.
    const keys = await fetchKeys(issuer);
    this.known.set(issuer, keys);
    return of(keys);
  }
}

async function fetchKeys(issuer: string): Promise<Key[]> {
  const { jwks_uri: address } = await fetchJson(`${issuer}/.well-known/openid-configuration`);
  const { keys } = await fetchJson(String(address));
  if (!Array.isArray(keys)) throw new Error(`${address} has no list of keys`);
  return keys;
}

async function fetchJson(address: string): Promise<Record<string, unknown>> {
  if (!LOOPBACK.test(address)) throw new Error(`${address} is not on this machine`);
  const response = await fetch(address, { redirect: "error" });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
}
