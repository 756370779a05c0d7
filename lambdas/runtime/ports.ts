import type { BusEntry, Envelope } from "../../lib/contract/envelope.ts";
import type { FailureRecord } from "../../lib/contract/failure.ts";
import type { ClaimKey, ItemKey } from "../../lib/contract/keys.ts";
import type { ApprovalDecision } from "../../lib/contract/message.ts";
import type { Delegation } from "../../lib/contract/quorum.ts";
import type {
  ApprovalItem,
  ClaimItem,
  CommandItem,
  ExpressRun,
  LogItem,
  QuarantineItem,
  ResolvedEvent,
  RunEnd,
  RunItem,
} from "../../lib/contract/table.ts";
import type { Measure } from "./relay/measures.ts";
import type { Span } from "./telemetry/span.ts";

/** Runs and their states. */
export interface Runs {
  /** Creates the run unless one with the same id exists; then answers that one. */
  accept(run: RunItem): Promise<{ accepted: true } | { accepted: false; existing: RunItem }>;
  /** The run, read consistently. */
  read(run: string): Promise<RunItem | undefined>;
  /**
   * Records that this epoch waits until its workflow is active again. Does nothing if the run has left
   * "accepted", or the epoch, or if an effect of it is being undone.
   */
  hold(run: Pick<RunItem, "run" | "epoch" | "workflow" | "acceptedAt">): Promise<void>;
  /**
   * Records that this epoch's execution exists, unless the run has left "accepted", or the epoch. Answers the
   * run after that.
   */
  started(
    run: Pick<RunItem, "run" | "epoch">,
    execution: string,
    leavesNothing?: boolean,
  ): Promise<RunItem | undefined>;
  /**
   * Records that this epoch was started without an execution, unless the run has left "accepted", or the
   * epoch. Checked at `check` (ISO).
   */
  startedExpress(run: Pick<RunItem, "run" | "epoch">, express: ExpressRun, check: string): Promise<void>;
  /**
   * Records that an execution takes over this epoch, unless the run is ending, or has left the epoch. Answers
   * the run after that.
   */
  handedOver(run: RunItem, execution: string, why: string): Promise<RunItem | undefined>;
  /**
   * Ends this epoch of a run without an execution. Answers the run if this was refused: it is ending or has
   * ended, has left the epoch, or has an execution.
   */
  succeeded(run: Pick<RunItem, "run" | "epoch">, output: unknown): Promise<RunItem | undefined>;
  /**
   * Changes a run by a function of its item, which is called again if the run changed meanwhile. Returns the
   * run after that, or undefined if there is none. Errors of the function are thrown.
   */
  change(
    run: string,
    transition: (run: RunItem) => RunItem,
    options?: {
      /**
       * The run as it was just read, which saves reading it again; if it has changed since, it is read all
       * the same.
       */
      seen?: RunItem | undefined;
      /**
       * The command that requests the change, stored in the same write. Throws `CommandKept` if it is stored
       * already.
       */
      command?: CommandOf<RunItem> | undefined;
    },
  ): Promise<RunItem | undefined>;
  /** Records the end. Answers false if it had ended before. */
  end(run: string, epoch: number, end: RunEnd): Promise<boolean>;
  /** Open runs that are due for a check by `time` (ISO), oldest first, at most `limit`. */
  due(time: string, limit: number): Promise<Pick<RunItem, "run">[]>;
  /** Checks again at `time` (ISO), and keeps the run's item until `keptUntil` (epoch seconds) at least. */
  postpone(run: string, time: string, keptUntil: number): Promise<void>;
}

/** A command that is stored together with its change, given the item after it. */
export type CommandOf<Changed> = (after: Changed) => CommandItem;

/** The command was carried out before: its change is not made a second time. */
export class CommandKept extends Error {
  override readonly name = "CommandKept";
}

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

/** What a completion says. */
export interface Completion {
  result: unknown;
  emitted: Envelope[];
  undo?: ClaimItem["undo"];
}

/** One claim per effect; each method is one conditional write, or a transaction of two. */
export interface Claims {
  claim(request: ClaimRequest): Promise<ClaimOutcome>;
  /**
   * `lost`: another delivery took the claim over. `late`: it was sealed meanwhile, and the result was stored
   * as late.
   */
  complete(
    key: ClaimKey,
    owner: string,
    result: unknown,
    emitted: Envelope[],
    undo?: ClaimItem["undo"],
  ): Promise<"completed" | "late" | "lost">;
  /**
   * Completes the claim of a step, and claims the next step of its group in the same write. Nothing may have
   * claimed the next step before. `continued`: both are written, and the next claim is in the item of the
   * first. `completed`: the item had no room for the next claim.
   */
  completeAndClaim(
    own: ClaimRequest,
    completion: Completion,
    next: ClaimRequest,
  ): Promise<"continued" | "completed" | "late" | "lost">;
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
   * approvals.
   */
  seal(run: string, epoch: number): Promise<void>;
}

/** The state machines. */
export interface Executions {
  /**
   * Starts an execution by name; if it exists, that counts as started. `traceparent`: the span that it
   * continues.
   */
  start(
    name: string,
    input: string,
    traceparent?: string | undefined,
  ): Promise<{ kind: "started"; execution: string } | { kind: "throttled" }>;
  /** Stops an execution by name. Does nothing if it is not running. */
  stop(name: string, failure: NonNullable<RunEnd["failure"]>): Promise<void>;
  /** Answers a task token. `gone`: no state waits for it any more. */
  succeed(token: string, output: string): Promise<"delivered" | "gone">;
  fail(token: string, error: string, cause: string): Promise<"delivered" | "gone">;
}

/** The result of a decision. `counted`: the item after it, if several people decide. */
export type Decided =
  | { decided: true; counted?: ApprovalItem | undefined }
  | { decided: false; existing: ApprovalItem | undefined; why?: string | undefined };

/** Approvals: the questions to people. */
export interface Approvals {
  /**
   * Opens the approval, its next level, or the same again; with `over`, it is only opened if it was never
   * opened, and otherwise its token gets the answer. See `asked`. Answers the item after that.
   */
  open(approval: ApprovalItem, over?: boolean): Promise<ApprovalItem>;
  /** The item, read consistently. */
  read(key: ItemKey): Promise<ApprovalItem | undefined>;
  /**
   * Writes the decision: a person's until the timeout, that of the timeout from then on. The first one
   * counts; if several people decide, each is counted, see `vote`. `existing`: it was decided or closed
   * before, it is not the time for it, the person may not decide (`why`), or it was never opened (undefined).
   */
  decide(
    question: ItemKey & Pick<ApprovalItem, "quorum" | "notBy" | "delegations">,
    decision: ApprovalDecision,
    by?: "person" | "silence",
  ): Promise<Decided>;
  /** Names another who may decide in the place of a person. */
  delegate(key: ItemKey, delegation: Omit<Delegation, "at">): Promise<Decided>;
  /** Closes an approval without a decision: no decision is accepted from then on. */
  close(key: ItemKey): Promise<void>;
}

/** Storage for events that are not admitted. */
export interface Quarantine {
  /**
   * Stores the event; the same one twice is stored once. A released event that is quarantined again is open
   * again.
   */
  keep(item: QuarantineItem): Promise<void>;
}

/** The operator's decisions about quarantined events. */
export interface QuarantineStore {
  /** The event with its whole body, read consistently. */
  read(id: string): Promise<QuarantineItem | undefined>;
  /** Records the decision. Later decisions replace earlier ones. `released` is published. */
  settle(id: string, resolved: ResolvedEvent, released?: Envelope): Promise<void>;
}

/** The event bus. */
export interface Bus {
  /**
   * Publishes entries, with as few calls as the limits allow; answers the indexes of those that were
   * rejected.
   */
  publish(entries: BusEntry[]): Promise<number[]>;
}

/**
 * The record of what is on the bus, for items that carry a mark. Publications of runs and claims are audited.
 */
export interface Outbox {
  /** Records that the events of this revision are on the bus. */
  published(key: ItemKey, revision: number): Promise<void>;
  /** Items whose events were not on the bus by `time` (ISO), at most `limit`. */
  overdue(time: string, limit: number): Promise<unknown[]>;
}

/** Files of a run: values that are too large for an event. */
export interface Artifacts {
  /** Stores a file and answers its URI, "s3://bucket/key". The same key again overwrites. */
  put(key: string, body: Uint8Array | string, contentType: string): Promise<string>;
  /** Reads a file by its URI or key. */
  get(uriOrKey: string): Promise<Uint8Array>;
  /** The URI of a key. */
  uri(key: string): string;
}

/** A folder of files that runs of all workflows share. */
export interface SharedFiles {
  /** The URI of a key, "s3://bucket/key". */
  uri(key: string): string;
  /** The current file; undefined if there is none. */
  read(key: string): Promise<SharedFile | undefined>;
  /**
   * Writes a file: with `over` only over that version, and with null only if there is none. Answers false,
   * and writes nothing, if that is not so.
   */
  write(
    key: string,
    body: Uint8Array | string,
    contentType: string,
    over?: SharedFile["version"] | null,
  ): Promise<boolean>;
  /** Removes a file. Does nothing if there is none. */
  remove(key: string): Promise<void>;
}

export interface SharedFile {
  body: Uint8Array;
  /** Different for any other content. */
  version: string;
}

/** A message to send. */
export interface SentMessage {
  body: string;
  /** The message group, for queues that serve groups in turn. */
  group?: string | undefined;
  /** Its X-Ray header. */
  traceHeader?: string | undefined;
  /** Epoch milliseconds at which it was first sent. */
  sent: number;
}

/** The queue that the handler's message came from. */
export interface SourceQueue {
  /** Hides the message for `milliseconds` more; at most 12 hours. */
  delay(receiptHandle: string, milliseconds: number): Promise<void>;
  /**
   * Sends the message again as a new one, delayed by `milliseconds` (15 minutes at most): without earlier
   * receives, with the time at which it was first sent. Absent if a copy would not be the same message.
   */
  sendAgain?(message: SentMessage, milliseconds: number): Promise<void>;
}

/** Structured log lines. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Counts and durations, as CloudWatch metrics. */
export interface Metrics {
  /** With `dimensions`, counts for them alone: { breaker: "image-model" }. */
  count(name: string, value?: number, dimensions?: Record<string, string>): void;
  milliseconds(name: string, value: number, dimensions?: Record<string, string>): void;
}

/** The logs of functions. */
export interface FunctionLogs {
  /** Names of the log groups. */
  groups(): Promise<string[]>;
  /**
   * Lines that match a filter pattern of CloudWatch Logs, in the order of time; `from` and `until` in epoch
   * milliseconds.
   */
  lines(
    groups: readonly string[],
    query: {
      pattern: string;
      from: number;
      until?: number | undefined;
      /** The approximate maximum of lines per group. @default all */
      most?: number | undefined;
    },
  ): Promise<WrittenLine[]>;
}

/** A line of a log. */
export interface WrittenLine {
  /** Unique to the line. */
  id: string;
  /** Epoch milliseconds. */
  at: number;
  text: string;
}

/** Traces of what happened. */
export interface Traces {
  /**
   * Adds spans to traces; idempotent. Returns how many spans were not accepted. Throws if that is not
   * possible. `measures` are for systems that have no other source of metrics.
   */
  record(spans: readonly Span[], measures: readonly Measure[]): Promise<number>;
}

/** Epoch milliseconds. */
export type Now = () => number;

/** The operator's view. */
export interface RunReader {
  /** The newest runs, newest first. */
  runs(limit: number): Promise<ListedRun[]>;
  /** Everything known about one run; undefined if there is none. */
  run(run: string): Promise<RunDetails | undefined>;
  /** Failed attempts so far, in order, from the execution's history. */
  failedAttempts(execution: string): Promise<FailedAttempt[]>;
  /** The states in which an execution waits now. */
  openStates(execution: string): Promise<OpenState[]>;
  /** Approvals that wait for a decision, oldest first. */
  openApprovals(limit: number): Promise<ListedApproval[]>;
  /** Quarantined events, newest first. */
  quarantined(limit: number): Promise<QuarantineItem[]>;
  /** Deployed versions of a workflow, or of all, with their live runs; the newest first. */
  versions(workflow?: string): Promise<Version[]>;
}

/** The log of runs. */
export interface LogReader {
  /**
   * The entries of a run, or of a reaction run, in order; with `until` (ISO, to the millisecond) those up to
   * then.
   */
  ofRun(run: string, until?: string): Promise<LogItem[]>;
  /**
   * The consequences of one outside event: the runs and reaction runs, and the entries of all of them in
   * order.
   */
  ofCorrelation(correlation: string, until?: string): Promise<{ runs: string[]; entries: LogItem[] }>;
}

/** A state that an execution has entered and not left. */
export interface OpenState {
  /** The place in the run: a step's claim path, a wait's path, or else the state's name. */
  path: string;
  /** ISO time. */
  since: string;
  /** What it waits for: "order.paid of o1". */
  for: string;
}

/** A version of a workflow. */
export interface Version {
  workflow: string;
  version: string;
  /** ISO time of the last deployment; undefined if it is not recorded. */
  deployedAt: string | undefined;
  /** How many of its runs have not ended. */
  runs: number;
}

export type ListedRun = Pick<RunItem, "run" | "workflow" | "epoch" | "status" | "acceptedAt" | "endedAt">;
export type ListedApproval = Pick<
  ApprovalItem,
  "run" | "workflow" | "approval" | "path" | "level" | "until" | "listedAt"
>;

export interface RunDetails {
  run: RunItem;
  claims: ClaimItem[];
  approvals: ApprovalItem[];
}

export interface FailedAttempt extends FailureRecord {
  path: string;
  attempt: number;
  /** ISO time. */
  at: string;
}
