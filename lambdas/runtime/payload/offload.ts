import { giveUp } from "../../../lib/contract/failure.ts";
import { isReference, type PayloadReference, REFERENCE_KEY } from "../../../lib/contract/payload.ts";
import type { Artifacts } from "../ports/files.ts";
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
import { store } from "./store.ts";

export interface OffloadOptions {
  /** The value's name in messages: "The result of draw-scene". */
  what: string;
  /** Fields that must travel, since the state machine reads them; see `StepMessage.reads`. */
  reads: readonly string[];
  /** Bytes of JSON above which parts are offloaded. */
  above: number;
  /** Maximum bytes of JSON of the rest. */
  most: number;
  /** @default between steps */
  moving?: Moving;
  /**
   * Whether the value comes from outside or from a handler, and so contains no references: then a part that
   * looks like one is offloaded too, so that restoring gives the same payload. @default false
   */
  literal?: boolean;
}

/** Number of parallel writes. */
const AT_ONCE = 16;

/**
 * The value with its large parts offloaded to the artifact bucket, each under a key derived from its content,
 * and a reference in its place. Throws a failure that gives up if the parts that have to travel are still too
 * large.
 */
export async function offload(
  value: unknown,
  options: OffloadOptions,
  artifacts: Artifacts,
): Promise<unknown> {
  const { what, reads, above, most, moving = BETWEEN_STEPS, literal = false } = options;
  const bytes = bytesOf(value);
  const fits = bytes <= above;
  if (fits && !(literal && hasLookalike(value))) return value;
  const parts = fits ? [] : partsToMove(movableParts(value, reads, moving), bytes, above, moving);
  const holder = { value: structuredClone(value) };
  const made = new Set<unknown>();
  const moveAll = async (all: Part[]) => {
    for (let from = 0; from < all.length; from += AT_ONCE) {
      const some = all.slice(from, from + AT_ONCE);
      const references = await Promise.all(some.map((part) => move(holder, part, moving, artifacts)));
      for (const reference of references) made.add(reference);
    }
  };
  await moveAll(parts);
  if (literal) await moveAll([...lookalikes(holder.value, made, [])]);
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
): Promise<PayloadReference> {
  const steps = ["value", ...path];
  const last = steps.pop()!;
  const parent = steps.reduce<any>((at, step) => at[step], holder);
  const { uri, sha256 } = await store(JSON.stringify(parent[last]), artifacts);
  const reference: PayloadReference = {
    [REFERENCE_KEY]: moving === IN_LIST ? { bytes, sha256 } : { uri, bytes, sha256 },
  };
  parent[last] = reference;
  return reference;
}

/** Whether a value that was not offloaded contains something that looks like a reference. */
export function hasLookalike(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isReference(value) || Object.values(value).some(hasLookalike);
}

/** The outermost of them, except for the references that were made here. */
function* lookalikes(value: unknown, made: ReadonlySet<unknown>, path: Part["path"]): Generator<Part> {
  if (typeof value !== "object" || value === null || made.has(value)) return;
  if (isReference(value)) yield { path, bytes: bytesOf(value) };
  else for (const [name, inner] of Object.entries(value)) yield* lookalikes(inner, made, [...path, name]);
}
