import { createHash } from "node:crypto";
import { PAYLOADS } from "../../../lib/contract/payload.ts";
import type { Artifacts } from "../ports.ts";

/** JSON text that was stored under a name that follows from it. */
export interface Stored {
  uri: string;
  sha256: string;
  bytes: number;
}

/** Stores JSON text in a run's part of the bucket. The same text has the same name, so that storing it again changes nothing. */
export async function store(text: string, artifacts: Pick<Artifacts, "put">): Promise<Stored> {
  const sha256 = createHash("sha256").update(text).digest("hex");
  const uri = await artifacts.put(`${PAYLOADS}${sha256}`, text, "application/json");
  return { uri, sha256, bytes: Buffer.byteLength(text) };
}
