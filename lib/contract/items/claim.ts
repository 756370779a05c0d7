import type { Envelope } from "../envelope.ts";
import type { FailureRecord } from "../failure.ts";
import type { Direction } from "../keys/claim.ts";
import type { Item, OperatorAction, Origin } from "./item.ts";

/**
 * The claim of one effect.
 *
 *     (absent) ──claim──▶ running ──complete──▶ done
 *                          │  ▲                              done: later deliveries get the stored result
 *                        fail  └─claim by a later attempt    running: other deliveries wait for the lease's end
 *                          ▼                                 sealed: the run is ending; nothing starts any more,
 *                        failed          seal ▶ sealed       and what still finishes is kept as `late`
 *
 * A sealed claim is in doubt if its owner has not reported the outcome, or if an earlier attempt may have
 * completed the effect (`doubt`); see `isInDoubt`. The claim of an undo is sealed, without an owner, if a
 * later epoch uses the effect and so owns its undo.
 */
export interface ClaimItem extends Item, Origin {
  kind: "claim";
  run: string;
  epoch: number;
  workflow: string;
  step: string;
  path: string;
  /** What is claimed: the effect, or its compensation. */
  direction: Direction;
  state: "running" | "failed" | "done" | "sealed";
  /** Nonce of the invocation that holds it. Absent after it was released. */
  owner: string;
  /** Epoch milliseconds after which the holder cannot be running. */
  lease: number;
  attempt: number;
  /** Orders attempts across redrives. */
  fence: number;
  startedAt: string;
  endedAt?: string | undefined;
  result?: unknown;
  failure?: FailureRecord | undefined;
  /**
   * The epoch whose result this is, if the effect was done in an earlier one and not repeated. Its undo is
   * this claim's.
   */
  reusedFrom?: number | undefined;
  /** A result that arrived after the claim was sealed. */
  late?: unknown;
  /**
   * ISO time since which an earlier attempt may have completed the effect: its worker died, or it timed out.
   * Removed by a completion.
   */
  doubt?: string | undefined;
  /** Sealed, and a person is asked about the outcome. */
  asked?: boolean | undefined;
  /** Events that the step emitted, published with its completion. */
  emitted?: Envelope[] | undefined;
  /** Why this undo is not retried. */
  givenUp?: { error: string; cause: string } | undefined;
  /** The event that is handled, if this is a reaction and not a step of a run. */
  handled?: HandledEvent | undefined;
  /** The operator action that restarted it by replaying the event: this started the epoch. */
  replayed?: OperatorAction | undefined;
  /** Of a step in a group: its position, which orders steps that complete in the same millisecond. */
  position?: number | undefined;
  /** Name of the step that undoes the effect, known before it is done. */
  undoneBy?: string | undefined;
  /** The step that undoes the effect, with the input of the effect. */
  undo?: { step: string; input: unknown } | undefined;
  /** The claims of later steps of its group that are in the same item; see `claimsIn`. */
  following?: FollowingClaim[] | undefined;
  /**
   * Set while the latest changes of the item's claims are not yet published: the number of its claims whose
   * start is. The relay is not invoked for these changes. It publishes them with the change that removes this.
   */
  publishedUpTo?: number | undefined;
  /** Sort key of the item that contains the claim, if it is the item of an earlier step. Not stored. */
  within?: string | undefined;
  /** Of a reaction: its position in the index of due items, and the ISO time at which its log is audited. */
  due?: string | undefined;
  dueAt?: string | undefined;
}

/**
 * A claim in the item of an earlier step of its group. The write that completes one step claims the next, so
 * that each boundary is one write and one record of the stream. A claim is final when the next one follows:
 * only the last claim of an item can change.
 *
 * An item costs a write unit per kilobyte. So values that follow from the item's own claim, or from the
 * claim before, are not stored.
 */
export interface FollowingClaim {
  /** Path. */
  p: string;
  /** Name of the step, if it is not the path. */
  s?: string;
  /** Epoch milliseconds at which it began, if that is not when the claim before ended. */
  b?: number;
  /** Epoch milliseconds at which it ended. */
  e?: number;
  /** The result. */
  r?: unknown;
  /** All other values that are not as expected; see `claimsIn`. */
  x?: Record<string, unknown>;
  /** Names of expected values that are absent. */
  o?: string[];
}

/** An event that a reaction handles. The claim contains the reaction's name as `workflow` and `step`. */
export interface HandledEvent {
  id: string;
  name: string;
  source: string;
  /** ISO time of publication, as the event states it. */
  time?: string | undefined;
  /** Digest of the payload, which distinguishes a duplicate from a contradiction. */
  payload: string;
  /** Its trace context, the parent of the reaction run. The attempt has its own. */
  traceparent?: string | undefined;
}
