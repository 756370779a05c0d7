import type { BusEntry, Envelope } from "../../lib/contract/envelope.ts";
import type { FailureRecord } from "../../lib/contract/failure.ts";
import type { ItemKey } from "../../lib/contract/keys.ts";
import type { ApprovalDecision } from "../../lib/contract/message.ts";
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
import type { Segment } from "./relay/segments.ts";

/** The runs and where they stand. */
export interface Runs {
  /** Puts the run unless one of the same id exists; then answers that one. */
  accept(run: RunItem): Promise<{ accepted: true } | { accepted: false; existing: RunItem }>;
  /** The run, read consistently. */
  read(run: string): Promise<RunItem | undefined>;
  /**
   * Notes that this epoch waits until its workflow is open again. Does nothing where the run has left "accepted", or the epoch,
   * or where something of it is being undone.
   */
  hold(run: Pick<RunItem, "run" | "epoch" | "workflow" | "acceptedAt">): Promise<void>;
  /** Notes that this epoch's execution exists, unless the run has left "accepted", or the epoch. Answers the run after that. */
  started(run: Pick<RunItem, "run" | "epoch">, execution: string): Promise<RunItem | undefined>;
  /** Notes that this epoch was started without an execution, unless the run has left "accepted", or the epoch. Checked at `check` (ISO). */
  startedExpress(run: Pick<RunItem, "run" | "epoch">, express: ExpressRun, check: string): Promise<void>;
  /** Notes that an execution takes over this epoch, unless the run is ending, or has left the epoch. Answers the run after that. */
  handedOver(run: RunItem, execution: string, why: string): Promise<RunItem | undefined>;
  /**
   * Ends this epoch of a run without an execution. Answers the run where it was refused: it is ending or has ended, has left the
   * epoch, or has an execution.
   */
  succeeded(run: Pick<RunItem, "run" | "epoch">, output: unknown): Promise<RunItem | undefined>;
  /**
   * Changes a run by a function of its item, which is called again if the run changed meanwhile. Returns the run
   * after that, or undefined if there is none. What the function throws is thrown.
   */
  change(
    run: string,
    transition: (run: RunItem) => RunItem,
    options?: {
      /** The run as it was just read, which saves reading it again; where it has changed since, it is read all the same. */
      seen?: RunItem | undefined;
      /** The command that orders the change, kept in the same write. Throws `CommandKept` where it is kept already. */
      command?: CommandOf<RunItem> | undefined;
    },
  ): Promise<RunItem | undefined>;
  /** Notes the end. Answers false where it had ended before. */
  end(run: string, epoch: number, end: RunEnd): Promise<boolean>;
  /** Open runs that are due for a check by `time` (ISO), oldest first, at most `limit`. */
  due(time: string, limit: number): Promise<Pick<RunItem, "run">[]>;
  /** Looks again at `time` (ISO), and keeps the run's item until `keptUntil` (epoch seconds) at least. */
  postpone(run: string, time: string, keptUntil: number): Promise<void>;
}

/** A command as it is kept together with the change that it orders, given the item after that. */
export type CommandOf<Changed> = (after: Changed) => CommandItem;

/** The command was carried out before: its change is not made a second time. */
export class CommandKept extends Error {
  override readonly name = "CommandKept";
}

/** What a worker asks for before it touches anything outside. */
export interface ClaimRequest {
  key: ItemKey;
  /** Nonce of the invocation. */
  owner: string;
  /** Epoch milliseconds at which the invocation is certainly dead. */
  lease: number;
  fence: number;
  /** Whether a claim may be taken over whose holder died. */
  takeover: boolean;
  /** What else to remember. */
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

/** How a claim came out. */
export type ClaimOutcome =
  /** `tookOver`: the holder died, and the effect is claimed in its place. */
  | { kind: "claimed"; tookOver?: boolean }
  /** Done before: here is the result. */
  | { kind: "done"; result: unknown }
  /** This very attempt, or a later one, has failed. */
  | { kind: "failed"; failure: FailureRecord }
  /** Somebody else is at it until `lease` (epoch milliseconds) at the latest. */
  | { kind: "held"; lease: number }
  /** The holder died, and the step does not allow another to take over. */
  | { kind: "expired"; owner: string }
  /** The run is ending. */
  | { kind: "sealed" }
  /**
   * The run is ending, and nothing says how the effect ended. Its `owner`, if it has one, may still do so until `lease` (epoch
   * milliseconds).
   */
  | { kind: "in doubt"; owner: string | undefined; lease: number };

/** How a claim came out that was not taken, and of which it is known how its effect ended. */
export type ClaimRefusal = Exclude<ClaimOutcome, { kind: "claimed" | "in doubt" }>;

/** How an attempt ended that nothing was claimed for. `reusedFrom`: the epoch whose result it is. */
export type RecordedEnd =
  | { state: "done"; result: unknown; reusedFrom?: number | undefined }
  | { state: "failed"; failure: FailureRecord };

/** One item per effect; each method is one conditional write, or a transaction of two. */
export interface Claims {
  claim(request: ClaimRequest): Promise<ClaimOutcome>;
  /** `lost`: another took the claim over. `late`: it was sealed meanwhile, and the result was put aside. */
  complete(
    key: ItemKey,
    owner: string,
    result: unknown,
    emitted: Envelope[],
    undo?: ClaimItem["undo"],
  ): Promise<"completed" | "late" | "lost">;
  /**
   * Completes the claim with an effect of an earlier epoch, and takes over its undo: that of the earlier claim is sealed in
   * the same step. `undo begun`: then nothing changes. `lost`: the claim is not the owner's any more, or sealed.
   */
  reuse(key: ItemKey, owner: string, effect: ClaimItem): Promise<"completed" | "undo begun" | "lost">;
  /**
   * Moves a failed claim from the fence of one entry to that of another, so that the failure is that entry's. Answers false where
   * the claim has neither.
   */
  adopt(key: ItemKey, from: number, to: number): Promise<boolean>;
  /**
   * Writes how an attempt ended that began at `startedAt` (ISO) without a claim; see `mayRecord`. Answers what is there where it
   * may not, and undefined where it was written.
   */
  record(request: ClaimRequest, startedAt: string, end: RecordedEnd): Promise<ClaimRefusal | undefined>;
  /** Takes a claim in doubt over from an owner that died, or from none, to find out how its effect ended. It stays sealed. */
  takeOver(
    key: ItemKey,
    from: string | undefined,
    by: Pick<ClaimRequest, "owner" | "lease">,
  ): Promise<boolean>;
  /** The claims under these keys, read consistently, each or undefined where there is none. */
  read(...keys: ItemKey[]): Promise<(ClaimItem | undefined)[]>;
  /**
   * Answers false where the claim is no longer the owner's, or sealed: then it is in doubt no longer. `inDoubt`: the try may have
   * done the effect all the same, which the claim remembers until one completes it.
   */
  fail(key: ItemKey, owner: string | undefined, failure: FailureRecord, inDoubt?: boolean): Promise<boolean>;
  /**
   * Gives the claim back untouched, so that the same attempt may claim it again later. A sealed one stays sealed, and in doubt
   * only over what an earlier try did.
   */
  release(key: ItemKey, owner: string): Promise<void>;
  /** Seals the claim of every effect of the epoch that is not done and may have begun, and closes its open approvals. */
  seal(run: string, epoch: number): Promise<void>;
}

/** The state machines. */
export interface Executions {
  /** Starts an execution by name; one that exists is taken for started. `traceparent`: the span that it is to follow on. */
  start(
    name: string,
    input: string,
    traceparent?: string | undefined,
  ): Promise<{ kind: "started"; execution: string } | { kind: "throttled" }>;
  /** Ends an execution by name. Does nothing where there is none that runs. */
  stop(name: string, failure: NonNullable<RunEnd["failure"]>): Promise<void>;
  /** Answers a task token. `gone`: no state waits for it any more. */
  succeed(token: string, output: string): Promise<"delivered" | "gone">;
  fail(token: string, error: string, cause: string): Promise<"delivered" | "gone">;
}

/** What people are asked. */
export interface Approvals {
  /**
   * Puts the question, its next level, or the same again; `over`, it is put only where it was never asked, and otherwise its
   * token gets the answer. See `asked`. Answers the item after that.
   */
  open(approval: ApprovalItem, over?: boolean): Promise<ApprovalItem>;
  /** The item, read consistently. */
  read(key: ItemKey): Promise<ApprovalItem | undefined>;
  /**
   * Writes the decision: a person's until the time is over, that of silence from then on. The first one counts. `existing`: it
   * was decided or closed before, it is not the time for it, or it was never asked (undefined).
   */
  decide(
    key: ItemKey,
    decision: ApprovalDecision,
    by?: "person" | "silence",
  ): Promise<{ decided: true } | { decided: false; existing: ApprovalItem | undefined }>;
  /** Closes a question without an answer: no answer is accepted from then on. */
  close(key: ItemKey): Promise<void>;
}

/** Where events rest that may not enter. */
export interface Quarantine {
  /** Keeps the event; the same one twice is kept once. One that was released and comes again is open again. */
  keep(item: QuarantineItem): Promise<void>;
}

/** What people do about quarantined events. */
export interface QuarantineStore {
  /** The event with all of its body, read consistently. */
  read(id: string): Promise<QuarantineItem | undefined>;
  /** Records the decision. Later decisions replace earlier ones. `released` is published. */
  settle(id: string, resolved: ResolvedEvent, released?: Envelope): Promise<void>;
}

/** The event bus. */
export interface Bus {
  /** Publishes entries, with as few calls as the limits allow; answers the indexes of those that were not taken. */
  publish(entries: BusEntry[]): Promise<number[]>;
}

/** The record of what is on the bus, for items that carry a mark. What runs and claims tell is audited. */
export interface Outbox {
  /** Notes that the events of this revision are on the bus. */
  published(key: ItemKey, revision: number): Promise<void>;
  /** Items whose events were not on the bus by `time` (ISO), at most `limit`. */
  overdue(time: string, limit: number): Promise<unknown[]>;
}

/** Files of a run: what is too large for an event. */
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
   * Writes a file: with `over` only over that version, and with null only where there is none. Answers
   * false, and has written nothing, where that is not so.
   */
  write(
    key: string,
    body: Uint8Array | string,
    contentType: string,
    over?: SharedFile["version"] | null,
  ): Promise<boolean>;
  /** Removes a file. Does nothing where there is none. */
  remove(key: string): Promise<void>;
}

export interface SharedFile {
  body: Uint8Array;
  /** Another one for any other content. */
  version: string;
}

/** A message as it was sent. */
export interface SentMessage {
  body: string;
  /** Whose message it is, for queues that serve groups in turn. */
  group?: string | undefined;
  /** The X-Ray header that it came with. */
  traceHeader?: string | undefined;
  /** Epoch milliseconds at which it came first. */
  sent: number;
}

/** The queue that the handler's message came from. */
export interface SourceQueue {
  /** Hides the message for `milliseconds` more; at most 12 hours. */
  delay(receiptHandle: string, milliseconds: number): Promise<void>;
  /**
   * Sends the message once more, to come after `milliseconds` (15 minutes at most): as a new one, with no deliveries
   * behind it, that keeps the time at which it came first. Absent where a copy would not be the same message.
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
  /** With `dimensions` it counts for them alone: { breaker: "image-model" }. */
  count(name: string, value?: number, dimensions?: Record<string, string>): void;
  milliseconds(name: string, value: number, dimensions?: Record<string, string>): void;
}

/** What functions wrote. */
export interface FunctionLogs {
  /** Names of the log groups. */
  groups(): Promise<string[]>;
  /** Lines that fit a filter pattern of CloudWatch Logs, in the order of time; `from` and `until` in epoch milliseconds. */
  lines(
    groups: readonly string[],
    query: {
      pattern: string;
      from: number;
      until?: number | undefined;
      /** About so many lines of each group at most. @default all */
      most?: number | undefined;
    },
  ): Promise<WrittenLine[]>;
}

/** A line of a log. */
export interface WrittenLine {
  /** No other line has it. */
  id: string;
  /** Epoch milliseconds. */
  at: number;
  text: string;
}

/** Pictures of what happened, trace by trace. */
export interface Traces {
  /** Adds to traces; the same segment again is the same. Throws where that cannot be done. */
  record(segments: readonly Segment[]): Promise<void>;
}

/** Epoch milliseconds. */
export type Now = () => number;

/** What people look at. */
export interface RunReader {
  /** The newest runs, newest first. */
  runs(limit: number): Promise<ListedRun[]>;
  /** Everything that is known of one run; undefined where there is none. */
  run(run: string): Promise<RunDetails | undefined>;
  /** Failed tries so far, in order, as the execution's history has them. */
  failedAttempts(execution: string): Promise<FailedAttempt[]>;
  /** Where an execution waits just now. */
  openStates(execution: string): Promise<OpenState[]>;
  /** Questions that wait for a person, oldest first. */
  openApprovals(limit: number): Promise<ListedApproval[]>;
  /** Quarantined events, newest first. */
  quarantined(limit: number): Promise<QuarantineItem[]>;
  /** Deployed versions of a workflow, or of all, with their live runs; the newest first. */
  versions(workflow?: string): Promise<Version[]>;
}

/** The log of runs. */
export interface LogReader {
  /** The entries of a run, or of a reaction's handling, in order; with `until` (ISO, to the millisecond) those up to then. */
  ofRun(run: string, until?: string): Promise<LogItem[]>;
  /** What one outside event led to: the runs and handlings, and the entries of all of them in order. */
  ofCorrelation(correlation: string, until?: string): Promise<{ runs: string[]; entries: LogItem[] }>;
}

/** A state that an execution has entered and not left. */
export interface OpenState {
  /** Where in the run: of a step its claim's path, else that of the wait, or the state's name. */
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
  /** ISO time of the last deployment; undefined where it is not on record. */
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
