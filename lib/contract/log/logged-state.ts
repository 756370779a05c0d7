import type { Usage } from "../budget.ts";
import type { Envelope } from "../envelope.ts";
import type { FailureRecord } from "../failure.ts";
import type { ApprovalItem } from "../items/approval.ts";
import type { ClaimItem, HandledEvent } from "../items/claim.ts";
import type { DeferredItem } from "../items/deferred.ts";
import type { RaceItem } from "../items/race.ts";
import type { RunItem } from "../items/run.ts";
import type { WaiterItem } from "../items/wait.ts";

/**
 * The state of a run's item after a change, as the log stores it. Complete, so that the last one is
 * sufficient: a missing entry leaves a gap in the history, and never a wrong state.
 */
export type LoggedState = LoggedRun | LoggedStep | LoggedDeferral | LoggedQuestion | LoggedWait | LoggedRace;

/** A value, or only its size: the log stores small values. */
export type LogValue = { value: unknown } | { bytes: number };

/** The largest value that the log keeps, as JSON. */
export const LARGEST_LOG_VALUE = 4 * 1024;

export interface LoggedRun
  extends Pick<
    RunItem,
    | "status"
    | "execution"
    | "paused"
    | "resumed"
    | "terminated"
    | "retried"
    | "replayed"
    | "stuck"
    | "compensation"
    | "endedAt"
    | "failure"
  > {
  kind: "run";
  output?: LogValue | undefined;
  /** What its steps have cost so far. */
  spent?: Usage | undefined;
  /** Fields that do not change within an epoch: logged when the epoch starts. */
  begun?: LoggedBeginning | undefined;
}

export interface LoggedBeginning
  extends Pick<RunItem, "workflow" | "version" | "key" | "parent" | "acceptedAt"> {
  event: Pick<Envelope, "id" | "name" | "source" | "correlation">;
}

/** An effect of a run, an undo, or a reaction run. */
export interface LoggedStep
  extends Pick<
    ClaimItem,
    "workflow" | "step" | "direction" | "attempt" | "startedAt" | "endedAt" | "reusedFrom"
  > {
  kind: "step";
  /** Absent if it was claimed and released. */
  state?: ClaimItem["state"] | undefined;
  failure?: FailureRecord | undefined;
  result?: LogValue | undefined;
  /** It completed after it was sealed. */
  late?: true | undefined;
  givenUp?: ClaimItem["givenUp"];
  handled?: HandledEvent | undefined;
  replayed?: ClaimItem["replayed"];
}

export interface LoggedDeferral extends Pick<DeferredItem, "step" | "reason" | "dueAt"> {
  kind: "deferral";
  direction: ClaimItem["direction"];
}

export interface LoggedQuestion
  extends Pick<
    ApprovalItem,
    | ("approval" | "state" | "level" | "why" | "askedAt" | "until" | "otherwise" | "decision" | "decidedAt")
    | ("quorum" | "notBy" | "votes" | "delegations")
  > {
  kind: "question";
  show: LogValue;
}

export interface LoggedWait extends Pick<WaiterItem, "purpose" | "event" | "key" | "state" | "taken"> {
  kind: "wait";
  /** ISO time at which the run reached it. */
  since: string;
}

export interface LoggedRace extends Pick<RaceItem, "winner"> {
  kind: "race";
}
