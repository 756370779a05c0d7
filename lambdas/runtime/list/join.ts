import { TOO_MANY_FAILED } from "../../../lib/contract/failure.ts";
import type { JoinParts, KeepPart, KeptPart } from "../../../lib/contract/messages/list-message.ts";
import { PAYLOADS, type PayloadReference, REFERENCE_KEY } from "../../../lib/contract/payload.ts";
import { restore } from "../payload/restore.ts";
import { store } from "../payload/store.ts";
import type { Artifacts } from "../ports/files.ts";
import { type Answer, failed } from "./answer.ts";

/** What a step can read as one list: its function has 512 MB by default. */
const LONGEST_LIST = 100_000_000;
/** Number of parallel reads. */
const AT_ONCE = 16;

/** The result of an item in a list in which some may fail. */
interface ItemOutcome {
  result?: unknown;
  failed?: true;
  error?: string;
}

/** Stores the results of a part, complete: null for a failed item. */
export async function keepPart(
  { results, tolerant }: KeepPart,
  artifacts: Artifacts,
): Promise<Answer<KeptPart>> {
  const whole = (await restore(results, artifacts)) as unknown[];
  const outcomes = tolerant ? (whole as ItemOutcome[]) : [];
  const failures = outcomes.filter((outcome) => outcome.failed);
  const values = tolerant ? outcomes.map(({ result }) => result ?? null) : whole;
  const { sha256, bytes } = await store(JSON.stringify(values), artifacts);
  const error = failures[0]?.error;
  return {
    output: {
      sha256,
      bytes,
      items: values.length,
      failed: failures.length,
      ...(error !== undefined && { error }),
    },
  };
}

/** Answers one list of all results by reference, or fails if more items failed than allowed. */
export async function joinParts(
  { each, parts, tolerance }: JoinParts,
  artifacts: Artifacts,
): Promise<Answer<PayloadReference>> {
  const items = sum(parts, (part) => part.items);
  const failures = sum(parts, (part) => part.failed);
  if (exceeds(failures, items, tolerance)) {
    const first = parts.find(({ error }) => error !== undefined)?.error;
    const cause = `Of the items of "${each}", ${failures} of ${items} failed, where ${tolerance} may; the first by ${first}`;
    return failed(TOO_MANY_FAILED, cause);
  }
  const bytes = sum(parts, (part) => part.bytes);
  if (bytes > LONGEST_LIST) {
    const cause = `The results of "${each}" have ${bytes} bytes together; the maximum is ${LONGEST_LIST}. Store large values in context.artifacts and return their addresses.`;
    return failed("Millrace.ResultTooLarge", cause);
  }
  const texts: string[] = [];
  for (let from = 0; from < parts.length; from += AT_ONCE) {
    const read = parts.slice(from, from + AT_ONCE).map(({ sha256 }) => artifacts.get(`${PAYLOADS}${sha256}`));
    for (const text of await Promise.all(read)) texts.push(Buffer.from(text).toString("utf8").slice(1, -1));
  }
  const { sha256, bytes: size } = await store(`[${texts.join(",")}]`, artifacts);
  return { output: { [REFERENCE_KEY]: { sha256, bytes: size } } };
}

function exceeds(failures: number, items: number, tolerance: JoinParts["tolerance"]): boolean {
  if (failures === 0 || tolerance === undefined) return false;
  return typeof tolerance === "number"
    ? failures > tolerance
    : failures * 100 > items * Number.parseFloat(tolerance);
}

function sum<Part>(parts: readonly Part[], of: (part: Part) => number): number {
  return parts.reduce((total, part) => total + of(part), 0);
}
