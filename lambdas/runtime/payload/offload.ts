import { createHash } from "node:crypto";
import { giveUp } from "../../../lib/contract/failure.ts";
import {
  isReference,
  PAYLOADS,
  type PayloadReference,
  REFERENCE_KEY,
} from "../../../lib/contract/payload.ts";
import type { Artifacts } from "../ports.ts";
import {
  BETWEEN_STEPS,
  bytesOf,
  heaviest,
  IN_LIST,
  type Moving,
  movableParts,
  type Part,
  partsToMove,
} from "./parts.ts";

export interface OffloadOptions {
  /** How the value is called in messages: "The result of draw-scene". */
  what: string;
  /** Fields that must travel, since the state machine looks at them; see `StepMessage.reads`. */
  reads: readonly string[];
  /** Bytes of JSON above which parts are moved. */
  above: number;
  /** Bytes of JSON that must not be exceeded by what is left. */
  most: number;
  /** @default between steps */
  moving?: Moving;
}

/** Writes at the same time. */
const AT_ONCE = 16;

/**
 * The value with its large parts moved into the artifact bucket, each under a key that follows from its content, and a
 * reference in its place. Throws a failure to give up where what has to travel is still too large.
 */
export async function offload(
  value: unknown,
  options: OffloadOptions,
  artifacts: Artifacts,
): Promise<unknown> {
  const { what, reads, above, most, moving = BETWEEN_STEPS } = options;
  const bytes = bytesOf(value);
  if (bytes <= above) return value;
  const parts = partsToMove(movableParts(value, reads, moving), bytes, above, moving);
  const moved = structuredClone(value);
  const holder = { value: moved };
  for (let from = 0; from < parts.length; from += AT_ONCE) {
    await Promise.all(parts.slice(from, from + AT_ONCE).map((part) => move(holder, part, moving, artifacts)));
  }
  const left = bytesOf(holder.value);
  if (left <= most) return holder.value;
  const share = moving === IN_LIST ? " for one item of this list" : "";
  throw giveUp(
    `${what} has ${left} bytes that must pass through the state machine; the maximum${share} is ${most}. The largest part is ${heaviest(holder.value)}: store it in context.artifacts and return its address, or do not read it in the workflow.`,
    { name: "ResultTooLarge" },
  );
}

async function move(
  holder: { value: unknown },
  { path, bytes }: Part,
  moving: Moving,
  artifacts: Artifacts,
): Promise<void> {
  const steps = ["value", ...path];
  const last = steps.pop()!;
  const parent = steps.reduce<any>((at, step) => at[step], holder);
  const text = JSON.stringify(parent[last]);
  const sha256 = createHash("sha256").update(text).digest("hex");
  const uri = await artifacts.put(`${PAYLOADS}${sha256}`, text, "application/json");
  const reference = moving === IN_LIST ? { bytes, sha256 } : { uri, bytes, sha256 };
  parent[last] = { [REFERENCE_KEY]: reference } satisfies PayloadReference;
}

/**
 * Throws a failure to give up where a value from outside, or from step code, has what looks like a reference: whoever
 * reads it next would take it for one.
 */
export function refuseReferences(value: unknown, what: string): void {
  if (typeof value !== "object" || value === null) return;
  if (isReference(value)) {
    throw giveUp(`${what} has a field "${REFERENCE_KEY}", which is reserved. Rename it.`, {
      name: "ReservedField",
    });
  }
  for (const inner of Object.values(value)) refuseReferences(inner, what);
}
