import type { ListMessage } from "./list-message.ts";
import type { RunReference, Waiting } from "./message.ts";

/** What a state machine sends to the queue of waits. */
export type WaitMessage =
  | WaitForEvent
  | WaitForSignal
  | Signal
  | DecideRace
  | CallChild
  | CancelOn
  | ListMessage;

/**
 * Answers the token with the payload of the event of this name and key, whether it came before or comes
 * after.
 */
export interface WaitForEvent extends Waiting {
  kind: "event";
  event: string;
  key: string;
}

/** Answers the token with the value that the node at path `of` signals, in the same run and epoch. */
export interface WaitForSignal extends Waiting {
  kind: "signalled";
  of: string;
}

/**
 * A node for which other branches wait is done. Answers every wait on its path: a completed node stays
 * completed.
 */
export interface Signal {
  kind: "signal";
  run: RunReference;
  path: string;
  value: unknown;
}

/**
 * Records which way of a race has won, so that nothing of the others begins any more and what they did is
 * undone. Answers the token with what the winner signals.
 */
export interface DecideRace extends Waiting {
  kind: "race";
  /** The way that has ended the race's state. */
  winner: string;
}

/** Starts a run of another workflow; answers the token, if there is one, with that run's end. */
export interface CallChild extends Omit<Waiting, "taskToken"> {
  kind: "child";
  taskToken?: string | undefined;
  workflow: string;
  /** The event that starts the other workflow. */
  event: string;
  version: number;
  payload: Record<string, unknown>;
  /** How often the message has been deferred, where it has. */
  deferred?: number | undefined;
  /** Fields of the output that the calling state machine itself reads, as in `StepMessage`. */
  reads: string[];
  /** Maximum bytes of the output, as in `StepMessage`. */
  resultLimit?: number | undefined;
}

/** From now on, an event of this name and key terminates the run. */
export interface CancelOn {
  kind: "cancel-on";
  run: RunReference;
  event: string;
  key: string;
}
