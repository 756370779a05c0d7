import type { Usage } from "./budget.ts";
import type { Order } from "./items/item.ts";
import type { Compensation, RunItem, RunStatus } from "./items/run.ts";
import type {
  Kept,
  LoggedBeginning,
  LoggedParking,
  LoggedQuestion,
  LoggedStep,
  LoggedWait,
} from "./logged-state.ts";

/** Where a run stood, as its log tells; or a reaction's handling of an event, which has steps alone. */
export interface RunState {
  run: string;
  /** The last one that has begun. */
  epoch: number;
  /** ISO time of the last entry. */
  asOf: string;
  workflow: string | undefined;
  /** Undefined of a handling, and as long as no entry tells it. */
  status: RunStatus | undefined;
  begun: LoggedBeginning | undefined;
  execution: string | undefined;
  /** ISO times of this epoch's execution. */
  startedAt: string | undefined;
  endedAt: string | undefined;
  output: Kept | undefined;
  failure: RunItem["failure"];
  /** While it stands, no step begins. */
  paused: Order | undefined;
  stuck: RunItem["stuck"];
  compensation: Compensation | undefined;
  /** What its steps had cost when the run last changed. */
  spent: Usage | undefined;
  /** What people ordered, in the order in which they did. */
  orders: GivenOrder[];
  /** Of all epochs, in the order in which they were begun first. */
  steps: StepState[];
  questions: QuestionState[];
  waits: WaitState[];
}

export interface GivenOrder extends Order {
  action: "pause" | "resume" | "terminate" | "retry" | "replay";
}

/** Where a run keeps what was ordered last, by the order. */
export const ORDERS = [
  ["paused", "pause"],
  ["resumed", "resume"],
  ["terminated", "terminate"],
  ["retried", "retry"],
  ["replayed", "replay"],
] as const satisfies [keyof RunItem, GivenOrder["action"]][];

/** Where in a run something lies. */
export interface Place {
  epoch: number;
  path: string;
}

/** `parked`: its message waits outside of the queue. `waiting`: it was given back, and will come again or not at all. */
export interface StepState extends Place, Omit<LoggedStep, "kind" | "state"> {
  state: NonNullable<LoggedStep["state"]> | "parked" | "waiting";
  parking: Omit<LoggedParking, "kind" | "direction" | "step"> | undefined;
  /** ISO time at which its message was sent first. The log does not tell it. */
  queuedAt?: string | undefined;
  /** Those that were begun, in order; not what was claimed and given back. */
  attempts: AttemptState[];
}

export interface AttemptState {
  attempt: number;
  /** ISO times. Without an end it is under way, or its worker was lost. */
  startedAt: string;
  endedAt: string | undefined;
  failure: LoggedStep["failure"];
}

export interface QuestionState extends Place, Omit<LoggedQuestion, "kind"> {}

/** A wait that was given up for lack of an answer stays "waiting": its run went on, which no item of the table knows. */
export interface WaitState extends Place, Omit<LoggedWait, "kind"> {}
