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
  const whole = { value };
  const places: Place[] = [];
  copyField(whole, "value", places);
  await Promise.all(
    places.map(async ({ holder, name, reference }) => {
      holder[name] = await fetch(reference, artifacts);
    }),
  );
  return whole.value;
}

/** Where a copy has a reference. */
interface Place {
  holder: any;
  name: string | number;
  reference: PayloadReference;
}

/** Replaces a field by a copy of it, and finds the references in it. */
function copyField(holder: any, name: string | number, places: Place[]): void {
  const value = holder[name];
  if (typeof value !== "object" || value === null) return;
  if (isReference(value)) {
    places.push({ holder, name, reference: value });
  } else if (Array.isArray(value)) {
    const copy = [...value];
    for (let at = 0; at < copy.length; at++) copyField(copy, at, places);
    holder[name] = copy;
  } else {
    const copy = { ...value };
    for (const field in copy) copyField(copy, field, places);
    holder[name] = copy;
  }
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
