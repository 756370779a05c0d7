import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { ClaimKey } from "../../../lib/contract/keys/claim.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";

/** What a worker requests before it changes anything outside. */
export interface ClaimRequest {
  key: ClaimKey;
  /** Nonce of the invocation. */
  owner: string;
  /** Epoch milliseconds after which the invocation cannot be running. */
  lease: number;
  fence: number;
  /** Whether a claim may be taken over after its holder died. */
  takeover: boolean;
  /** What else to store. */
  about: Pick<
    ClaimItem,
    | "run"
    | "epoch"
    | "workflow"
    | "step"
    | "path"
    | "direction"
    | "attempt"
    | "correlation"
    | "cause"
    | "hops"
    | "traceparent"
  > &
    Partial<Pick<ClaimItem, "handled" | "replayed" | "undoneBy" | "position">>;
}

/** The outcome of a claim. */
export type ClaimOutcome =
  /** `tookOver`: the holder died, and the effect is claimed in its place. */
  | { kind: "claimed"; tookOver?: boolean }
  /** Done before, with the result. */
  | { kind: "done"; result: unknown }
  /** This attempt, or a later one, has failed. */
  | { kind: "failed"; failure: FailureRecord }
  /** Another delivery holds it until `lease` (epoch milliseconds) at the latest. */
  | { kind: "held"; lease: number }
  /** The holder died, and the step does not allow another to take over. */
  | { kind: "expired"; owner: string }
  /** The run is ending. */
  | { kind: "sealed" }
  /**
   * The run is ending, and the effect's outcome is unknown. Its `owner`, if it has one, may still report it
   * until `lease` (epoch milliseconds).
   */
  | { kind: "in doubt"; owner: string | undefined; lease: number };

/** The outcome of a claim that was not taken because the effect's outcome is known. */
export type ClaimRefusal = Exclude<ClaimOutcome, { kind: "claimed" | "in doubt" }>;

/** The end of an attempt without a claim. `reusedFrom`: the epoch whose result it is. */
export type RecordedEnd =
  | { state: "done"; result: unknown; reusedFrom?: number | undefined }
  | { state: "failed"; failure: FailureRecord };

/** The result of an attempt without a claim. Times are ISO. */
export interface RecordedResult {
  request: ClaimRequest;
  startedAt: string;
  endedAt: string;
  end: Extract<RecordedEnd, { state: "done" }>;
}

/** What a successful attempt writes to its claim. */
export interface Completion {
  result: unknown;
  emitted: Envelope[];
  undo?: ClaimItem["undo"];
}

/** When the events of a change are published: with this change, or with a later one of the same item. */
export type PublishTime = "now" | "later";

/**
 * The outcome of a completion. `lost`: another delivery took the claim over. `late`: it was sealed in the
 * meantime, and the result was stored as late.
 */
export type CompletionOutcome = "completed" | "late" | "lost";

/** A run without an execution of which every step is done. */
export interface SuccessOfRun {
  run: string;
  epoch: number;
  /** ISO. */
  acceptedAt: string;
  output: unknown;
}

/** One claim per effect; each method is one conditional write, or a transaction of two. */
export interface Claims {
  claim(request: ClaimRequest): Promise<ClaimOutcome>;
  complete(key: ClaimKey, owner: string, completion: Completion): Promise<CompletionOutcome>;
  /**
   * Completes the claim of a step, and claims the next step of its group in the same write. Nothing may have
   * claimed the next step before. `continued`: both are written, and the next claim is in the item of the
   * first. `completed`: the item had no room for the next claim. With `publish: "later"`, the events of a
   * continued write are published with those of a later one, or by `publish`.
   */
  completeAndClaim(
    own: ClaimRequest,
    completion: Completion,
    next: ClaimRequest,
    publish: PublishTime,
  ): Promise<CompletionOutcome | "continued">;
  /**
   * Completes the claim of a run's last step, and ends the run in the same transaction. `ended`: both are
   * written. Every other outcome is that of the completion alone, and the run has not ended.
   */
  completeAndEnd(
    key: ClaimKey,
    owner: string,
    completion: Completion,
    ended: SuccessOfRun,
  ): Promise<CompletionOutcome | "ended">;
  /** Publishes the events of a claim, and of the claims before it in its item, that were to be published later. */
  publish(key: ClaimKey): Promise<void>;
  /**
   * Completes the claim with an effect of an earlier epoch, and takes over its undo: that of the earlier
   * claim is sealed in the same write. `undo begun`: then nothing changes. `lost`: the owner has lost the
   * claim, or it is sealed.
   */
  reuse(key: ClaimKey, owner: string, effect: ClaimItem): Promise<"completed" | "undo begun" | "lost">;
  /**
   * Moves a failed claim from the fence of one entry to that of another, so that the failure belongs to that
   * entry. Answers false if the claim has neither.
   */
  adopt(key: ClaimKey, from: number, to: number): Promise<boolean>;
  /**
   * Writes the end of an attempt that began at `startedAt` (ISO) without a claim; see `mayRecord`. Answers
   * the existing state if it may not be written, and undefined if it was written.
   */
  record(request: ClaimRequest, startedAt: string, end: RecordedEnd): Promise<ClaimRefusal | undefined>;
  /**
   * Writes the results of steps that followed one another, in the item of the first. With `ended`, the run ends
   * in the same transaction if it can: `ended`. `refused`: something is known about the first step, and nothing
   * is written.
   */
  recordTogether(
    results: readonly [RecordedResult, ...RecordedResult[]],
    ended?: SuccessOfRun,
  ): Promise<"recorded" | "ended" | "refused">;
  /**
   * Takes over a claim in doubt from an owner that died, or from none, to find out the effect's outcome. It
   * stays sealed.
   */
  takeOver(
    key: ClaimKey,
    from: string | undefined,
    by: Pick<ClaimRequest, "owner" | "lease">,
  ): Promise<boolean>;
  /**
   * The claims under these keys, read consistently; undefined for a missing one. A claim in the item of
   * another is found if the other is read, too.
   */
  read(...keys: ClaimKey[]): Promise<(ClaimItem | undefined)[]>;
  /**
   * A claim, whichever item it is in, read consistently. If it has no item of its own, the claims of its
   * epoch are queried.
   */
  find(key: ItemKey): Promise<ClaimItem | undefined>;
  /**
   * Answers false if the owner has lost the claim, or it is sealed: then it is no longer in doubt. `inDoubt`:
   * the attempt may have completed the effect all the same, which the claim stores until one completes it.
   */
  fail(key: ClaimKey, owner: string | undefined, failure: FailureRecord, inDoubt?: boolean): Promise<boolean>;
  /**
   * Releases the claim unchanged, so that the same attempt may claim it again later. A sealed claim stays
   * sealed, and in doubt only over an earlier attempt.
   */
  release(key: ClaimKey, owner: string): Promise<void>;
  /**
   * Seals the claim of every effect of the epoch that is not done and may have begun, and closes its open
   * approvals. With `within`, only at those paths.
   */
  seal(run: string, epoch: number, within?: (path: string) => boolean): Promise<void>;
}
