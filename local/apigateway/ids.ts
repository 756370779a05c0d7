import { createHash } from "node:crypto";

const LENGTH = 10;

/** An id such as "k3x81mw20q". The same bytes give the same id. */
export function idOf(bytes: Uint8Array): string {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`)
    .toString(36)
    .padStart(LENGTH, "0")
    .slice(-LENGTH);
}

/**
 * The id of a template resource, the same at each start and in each data folder, so that its address is
 * stable.
 */
export function idOfResource(generatedName: string): string {
  return idOf(createHash("sha256").update(generatedName).digest());
}
