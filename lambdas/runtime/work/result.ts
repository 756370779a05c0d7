import { DATA_LIMITS } from "../../../aws-limits/data-limits.ts";
import type { Envelope } from "../../../lib/contract/envelope.ts";
import { type FailureRecord, giveUp, StepFailure, toFailure } from "../../../lib/contract/failure.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import { describeFindings, validate } from "../events/validation.ts";
import { type OffloadOptions, offload } from "../payload/offload.ts";
import { bytesOf, IN_LIST } from "../payload/parts.ts";
import { restore } from "../payload/restore.ts";
import type { Completion } from "../ports/claims.ts";
import type { Artifacts } from "../ports/files.ts";
import type { Effect } from "./effect.ts";
import type { AttemptPorts } from "./ports.ts";
import { reactionInDoubt } from "./timeout.ts";

/**
 * Above this, parts of a result are offloaded to S3: all results that a run has at the same time share the
 * 256 KiB of a state machine's state. Those of a fan-out arrive together in one list: the message says how
 * much each may have of it.
 */
const INLINE = { alone: 32 * 1024, inFanOut: 1024 };
/** The results of a group share one answer. */
const INLINE_OF_GROUP = 192 * 1024;
/** Step Functions' limit for a result. */
const LONGEST_RESULT = DATA_LIMITS.stateData.most;
/**
 * The maximum for each event, and for the input that an undo needs: together with a result they form an item
 * of 400 KB.
 */
const LONGEST_NEXT_TO_RESULT = 48 * 1024;
/** The bus accepts 1 MB, the envelope included. */
const LONGEST_EVENT = 1_000_000;

/** Checks what a handler returned and prepares it for storage and transport. Throws a failure of the step. */
export async function resultOfCode(
  output: unknown,
  emitted: Envelope[],
  { message, spec }: Effect,
  ports: AttemptPorts,
): Promise<Completion> {
  const { path, undo, input, reads, resultLimit, group } = message;
  const checked = await validate(spec.output, output);
  if (!checked.valid) {
    throw giveUp(`The result of ${path} breaks its contract: ${describeFindings(checked.findings)}`, {
      name: "InvalidOutput",
    });
  }
  const bucket = inDoubt(ports.artifacts, spec);
  const store = (value: unknown, options: OffloadOptions) => offload(value, options, bucket);
  const what = `The result of ${path}`;
  return {
    result: await store(checked.value ?? null, {
      what,
      reads,
      literal: true,
      ...roomFor(path, resultLimit, group?.steps.length),
    }),
    emitted: await storedEvents(emitted, path, store),
    undo:
      undo === undefined
        ? undefined
        : {
            step: undo,
            input: await store(input, {
              what: `The input of ${path}`,
              reads: [],
              above: INLINE.alone,
              most: LONGEST_NEXT_TO_RESULT,
            }),
          },
  };
}

/** Whether a message allows the size of a stored result. */
export function isWithinLimit(result: unknown, { resultLimit }: Pick<StepMessage, "resultLimit">): boolean {
  return resultLimit === undefined || bytesOf(result) <= resultLimit;
}

/**
 * A stored result with the size that this message allows: an earlier epoch, or an earlier version of the
 * definition, may have stored more than its share of a list.
 */
export async function refitted(
  result: unknown,
  message: StepMessage,
  artifacts: Artifacts,
): Promise<{ fits: true; result: unknown } | { fits: false; failure: FailureRecord }> {
  if (isWithinLimit(result, message)) return { fits: true, result };
  const { path, reads, resultLimit } = message;
  try {
    const what = `The result of ${path}`;
    const whole = await restore(result, artifacts);
    return {
      fits: true,
      result: await offload(whole, { what, reads, literal: true, ...roomFor(path, resultLimit) }, artifacts),
    };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.policy !== "give-up") throw error;
    return { fits: false, failure };
  }
}

/**
 * The share of a result in the state machine's state. `together`: the number of steps that share an answer.
 */
function roomFor(
  path: string,
  limit: number | undefined,
  together = 1,
): Pick<OffloadOptions, "above" | "most" | "moving"> {
  if (limit !== undefined) return { above: Math.min(INLINE.inFanOut, limit), most: limit, moving: IN_LIST };
  const alone = Math.min(INLINE.alone, INLINE_OF_GROUP / together);
  return { above: path.includes("[") ? INLINE.inFanOut : alone, most: LONGEST_RESULT };
}

/** The events of an attempt share the space that a claim has for them. */
async function storedEvents(
  emitted: Envelope[],
  path: string,
  store: (value: unknown, options: OffloadOptions) => Promise<unknown>,
): Promise<Envelope[]> {
  for (const { name, data } of emitted) {
    const what = `The event ${name} of ${path}`;
    if (bytesOf(data) <= LONGEST_EVENT) continue;
    throw giveUp(
      `${what} has ${bytesOf(data)} bytes; the maximum for the bus is ${LONGEST_EVENT}. Store large values in context.artifacts and send their address.`,
      { name: "EventTooLarge" },
    );
  }
  const payloads = emitted.map(({ data }) => data);
  const stored = (await store(payloads, {
    what: `The events of ${path}`,
    reads: ["[]"],
    literal: true,
    above: INLINE.alone,
    most: LONGEST_NEXT_TO_RESULT,
  })) as Envelope["data"][];
  return emitted.map((envelope, index) => ({ ...envelope, data: stored[index]! }));
}

/** The effect has happened: a result that cannot be stored is lost, as after a timeout. */
function inDoubt(artifacts: Artifacts, spec: Effect["spec"]): Artifacts {
  return {
    ...artifacts,
    put: (key, body, contentType) =>
      artifacts.put(key, body, contentType).catch((cause: unknown) => {
        throw new StepFailure(reactionInDoubt(spec), `The result could not be stored: ${String(cause)}`, {
          name: "NotStored",
          cause,
        });
      }),
  };
}
