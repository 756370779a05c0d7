import { digest } from "../../../lib/contract/canonical.ts";
import type { Artifacts } from "../ports.ts";
import type { StepContext } from "../work/context.ts";
import type { Recorded, Records } from "./records.ts";

/** What S3 answers where there is nothing, depending on whether it may be listed. */
const ABSENT = ["NoSuchKey", "AccessDenied"];

/** The answers of one try of a step, kept beside the large values of its run. */
export function artifactRecords({
  artifacts,
  idempotencyKey,
  attempt,
}: Pick<StepContext, "artifacts" | "idempotencyKey" | "attempt">): Records {
  const keyOf = (call: number) => `payload/model/${digest(idempotencyKey)}-${attempt}-${call}.json`;
  let calls = 0;
  return {
    next: () => ++calls,
    async read(call) {
      const kept = await readIfThere(artifacts, keyOf(call));
      return kept && (JSON.parse(new TextDecoder().decode(kept)) as Recorded);
    },
    async write(call, record) {
      await artifacts.put(keyOf(call), JSON.stringify(record), "application/json");
    },
  };
}

/** A file of the run; undefined where there is none. */
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

/** Of a model that says the same again anyway. */
export function noRecords(): Records {
  return { next: () => 0, read: async () => undefined, write: async () => {} };
}
