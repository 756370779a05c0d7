import { createHash } from "node:crypto";
import type { FailList, FailPart } from "../../../lib/contract/messages/list-message.ts";
import { PAYLOADS } from "../../../lib/contract/payload.ts";
import type { Artifacts } from "../ports/files.ts";
import { type Answer, failed } from "./answer.ts";

/*
 * When a distributed Map fails, it only reports that too many of its child executions failed. So the child
 * execution of a part stores its failure before it ends, and the list fails with the stored failure.
 */

/** Stores the failure of an item, and fails its part with it. */
export async function failPart(message: FailPart, artifacts: Artifacts): Promise<Answer<never>> {
  const { error, cause } = message;
  await artifacts.put(keyOf(message), JSON.stringify({ error, cause }), "application/json");
  return failed(error, cause);
}

/** Fails the list with the failure of an item; with the Map's own if none was stored. */
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
