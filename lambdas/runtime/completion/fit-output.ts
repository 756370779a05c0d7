import { type PayloadReference, REFERENCE_KEY } from "../../../lib/contract/payload.ts";
import { bytesOf } from "../payload/parts.ts";
import { store } from "../payload/store.ts";
import type { Artifacts } from "../ports/files.ts";

/** An item of the table has at most 400 KB, of which the run's input takes up to 250 KiB. */
export const STORED_IN_ITEM = 64 * 1024;

/** Whether an output is stored in the run's item. */
export function fitsInItem(output: unknown): boolean {
  return bytesOf(output) <= STORED_IN_ITEM;
}

/**
 * An output that fits into the run's item next to its input: a larger one is stored under the run's prefix in
 * the bucket.
 */
export async function fitOutput(output: unknown, artifacts: Pick<Artifacts, "put">): Promise<unknown> {
  if (fitsInItem(output)) return output;
  return {
    [REFERENCE_KEY]: await store(JSON.stringify(output), artifacts),
  } satisfies PayloadReference;
}
