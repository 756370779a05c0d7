import type { Usage } from "../budget.ts";
import type { OperatorAction } from "../items/item.ts";
import type { Compensation, RunItem, RunStatus } from "../items/run.ts";
import type {
  LoggedBeginning,
  LoggedDeferral,
  LoggedQuestion,
  LoggedRace,
  LoggedStep,
  LoggedWait,
  LogValue,
} from "../log/logged-state.ts";

/** The state of a run, from its log; or of a reaction run, which has only steps. */
export interface RunState {
  run: string;
  /** The last one that has begun. */
  epoch: number;
  /** ISO time of the last entry. */
  asOf: string;
  workflow: string | undefined;
  /** Undefined for a reaction run, and until an entry contains it. */
  status: RunStatus | undefined;
  begun: LoggedBeginning | undefined;
  execution: string | undefined;
  /** ISO times of this epoch's execution. */
  startedAt: string | undefined;
  endedAt: string | undefined;
  output: LogValue | undefined;
  failure: RunItem["failure"];
  /** While set, no step starts. */
  paused: OperatorAction | undefined;
  stuck: RunItem["stuck"];
  compensation: Compensation | undefined;
  /** The cost of its steps when the run last changed. */
  spent: Usage | undefined;
  /** Operator actions, in order of time. */
  actions: RunAction[];
  /** Of all epochs, in the order of their start. */
  steps: StepState[];
  questions: QuestionState[];
  waits: WaitState[];
  races: RaceState[];
}

export interface RunAction extends OperatorAction {
  action: "pause" | "resume" | "terminate" | "retry" | "replay";
}

/** The attribute of a run that contains the last action of each kind. */
export const ORDERS = [
  ["paused", "pause"],
  ["resumed", "resume"],
  ["terminated", "terminate"],
  ["retried", "retry"],
  ["replayed", "replay"],
] as const satisfies [keyof RunItem, RunAction["action"]][];

/** The place of something in a run. */
export interface Place {
  epoch: number;
  path: string;
}

/** `deferred`: its message is deferred. `waiting`: its claim was released, and it may be claimed again. */
export interface StepState extends Place, Omit<LoggedStep, "kind" | "state"> {
  state: NonNullable<LoggedStep["state"]> | "deferred" | "waiting";
  deferral: Omit<LoggedDeferral, "kind" | "direction" | "step"> | undefined;
  /** ISO time at which its message was first sent. Not in the log. */
  queuedAt?: string | undefined;
  /** Those that started, in order; without those that were claimed and released. */
  attempts: AttemptState[];
}

export interface AttemptState {
  attempt: number;
  /** ISO times. Without an end it is running, or its worker died. */
  startedAt: string;
  endedAt: string | undefined;
  failure: LoggedStep["failure"];
}

export interface QuestionState extends Place, Omit<LoggedQuestion, "kind"> {}

/** A wait that timed out stays "waiting", since no item of the table records the timeout. */
export interface WaitState extends Place, Omit<LoggedWait, "kind"> {}

/** A decided race. */
interface RaceState extends Place, Omit<LoggedRace, "kind"> {}
