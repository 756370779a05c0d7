import { createHash } from "node:crypto";
import { giveUp } from "../../../lib/contract/failure.ts";
import {
  isReference,
  PAYLOADS,
  type PayloadReference,
  REFERENCE_KEY,
} from "../../../lib/contract/payload.ts";
import type { Artifacts } from "../ports/files.ts";

/**
 * The value with all offloaded parts restored. `artifacts` is the run's prefix in the bucket: a reference to
 * anything else is refused, so that no run reads another run's values by writing an address into its own.
 * Throws a failure that gives up for such a reference, and if the object's content differs from the stored
 * one.
 */
export async function restore(value: unknown, artifacts: Pick<Artifacts, "get" | "uri">): Promise<unknown> {
  if (typeof value !== "object" || value === null) return value;
  if (isReference(value)) return await fetch(value, artifacts);
  if (Array.isArray(value)) return await Promise.all(value.map((item) => restore(item, artifacts)));
  const fields = Object.entries(value).map(
    async ([name, field]) => [name, await restore(field, artifacts)] as const,
  );
  return Object.fromEntries(await Promise.all(fields));
}

async function fetch(
  reference: PayloadReference,
  artifacts: Pick<Artifacts, "get" | "uri">,
): Promise<unknown> {
  const { sha256 } = reference[REFERENCE_KEY];
  const own = artifacts.uri(`${PAYLOADS}${sha256}`);
  const { uri = own } = reference[REFERENCE_KEY];
  if (uri !== own) {
    throw giveUp(`The input refers to ${uri}, which is not a value of this run.`, {
      name: "ForeignReference",
    });
  }
  const bytes = await artifacts.get(uri);
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
    throw giveUp(`The object at ${uri} is not the one that was stored.`, { name: "DamagedPayload" });
  }
  return JSON.parse(Buffer.from(bytes).toString("utf8"));
}
