import { createHash } from "node:crypto";
import type { FailList, FailPart } from "../../../lib/contract/message.ts";
import { PAYLOADS } from "../../../lib/contract/payload.ts";
import type { Artifacts } from "../ports.ts";
import { type Answer, failed } from "./answer.ts";

/*
 * A distributed Map that fails says only that too many of its child workflows failed. So the child workflow of a part keeps
 * its failure before it ends by it, and the list ends by what was kept.
 */

/** Keeps the failure of an item, and ends its part by it. */
export async function failPart(message: FailPart, artifacts: Artifacts): Promise<Answer<never>> {
  const { error, cause } = message;
  await artifacts.put(keyOf(message), JSON.stringify({ error, cause }), "application/json");
  return failed(error, cause);
}

/** Ends the list by the failure of an item; by the Map's own where none was kept. */
export async function failList(message: FailList, artifacts: Artifacts): Promise<Answer<never>> {
  const kept = await artifacts.get(keyOf(message)).catch(() => undefined);
  if (kept === undefined) return failed(message.error, message.cause);
  const { error, cause } = JSON.parse(Buffer.from(kept).toString("utf8")) as FailPart;
  return failed(error, cause);
}

function keyOf({ run: { epoch }, path }: FailPart | FailList): string {
  const of = createHash("sha256").update(`${epoch}#${path}`).digest("hex");
  return `${PAYLOADS}failure-${of}`;
}
