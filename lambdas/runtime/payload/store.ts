import { createHash } from "node:crypto";
import { PAYLOADS } from "../../../lib/contract/payload.ts";
import type { Artifacts } from "../ports/files.ts";

/** JSON text that is stored under a name derived from it. */
export interface Stored {
  uri: string;
  sha256: string;
  bytes: number;
}

/**
 * Stores JSON text under a run's prefix in the bucket. The same text has the same name, so storing it again
 * changes nothing.
 */
export async function store(text: string, artifacts: Pick<Artifacts, "put">): Promise<Stored> {
  const sha256 = createHash("sha256").update(text).digest("hex");
  const uri = await artifacts.put(`${PAYLOADS}${sha256}`, text, "application/json");
  return { uri, sha256, bytes: Buffer.byteLength(text) };
}
