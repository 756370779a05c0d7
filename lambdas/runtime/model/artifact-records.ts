import { digest } from "../../../lib/contract/canonical.ts";
import type { Artifacts } from "../ports/files.ts";
import type { StepContext } from "../work/context.ts";
import type { Recorded, Records } from "./records.ts";

/** S3's errors for a missing object, which depend on the permission to list. */
const ABSENT = ["NoSuchKey", "AccessDenied"];

/** The answers of one attempt of a step, stored next to the large values of its run. */
export function artifactRecords({
  artifacts,
  idempotencyKey,
  attempt,
}: Pick<StepContext, "artifacts" | "idempotencyKey" | "attempt">): Records {
  const keyOf = (call: number) => `payload/model/${digest(idempotencyKey)}-${attempt}-${call}.json`;
  let calls = 0;
  return {
    next: () => ++calls,
    address: (call) => artifacts.uri(keyOf(call)),
    async read(call) {
      const kept = await readIfThere(artifacts, keyOf(call));
      return kept && (JSON.parse(new TextDecoder().decode(kept)) as Recorded);
    },
    async write(call, record) {
      await artifacts.put(keyOf(call), JSON.stringify(record), "application/json");
    },
  };
}

/** A file of the run; undefined if there is none. */
export async function readIfThere(
  artifacts: Pick<Artifacts, "get">,
  key: string,
): Promise<Uint8Array | undefined> {
  try {
    return await artifacts.get(key);
  } catch (error) {
    if (ABSENT.includes((error as Error).name)) return undefined;
    throw error;
  }
}

/** For a model that always gives the same answer. */
export function noRecords(): Records {
  return { next: () => 0, address: () => undefined, read: async () => undefined, write: async () => {} };
}
