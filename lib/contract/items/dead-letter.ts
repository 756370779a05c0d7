import type { ArrivedEvent } from "./delivery.ts";
import type { Item, OperatorAction } from "./item.ts";

/** A dead letter: a message with its reason, stored until an operator redrives or discards it. */
export interface DeadLetterItem extends Item {
  kind: "dead-letter";
  id: string;
  /** The workflow or reaction whose message it is; for any other queue, that queue's name. */
  subscriber: string;
  /**
   * Its purpose: an event to admit, a step's work, an approval, an awaited event, a command, the end of a
   * run.
   */
  purpose: DeadLetterPurpose;
  /** The step, if it is a step's work. */
  step?: string | undefined;
  run?: string | undefined;
  epoch?: number | undefined;
  path?: string | undefined;
  /** The event to admit. */
  event?: ArrivedEvent | undefined;
  /** Of the run, or of the event. */
  correlation?: string | undefined;
  /** The original message; an edited one replaces it when it is sent. */
  body: string;
  /** Number of further items that contain the body if it is too large; then this item contains none of it. */
  bodyParts?: number | undefined;
  edited?: string | undefined;
  /** The queue from which it came, and to which it is redriven. */
  queueUrl: string;
  /** Number of receives or delivery attempts before it was dead-lettered, if known. */
  receives: number;
  /** The known reason: an error's name and message, or EventBridge's error. */
  reason: string;
  /** ISO times. */
  sentAt: string;
  diedAt: string;
  /** How it was resolved. Then it is no longer listed. */
  resolved?: ResolvedDeadLetter | undefined;
  list?: string | undefined;
  listedAt: string;
}

export interface ResolvedDeadLetter extends OperatorAction {
  as: "redriven" | "discarded";
}

export type DeadLetterPurpose =
  | "event"
  | "step"
  | "reaction"
  | "question"
  | "wait"
  | "command"
  | "ending"
  | "other";
