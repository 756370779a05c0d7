import type { ArrivedEvent } from "./delivery.ts";
import type { Item, OperatorAction } from "./item.ts";

/** A dead letter: a message with its reason, stored until an operator redrives or discards it. */
export interface DeadLetterItem extends Item {
  kind: "dead-letter";
  id: string;
  /** The workflow or reaction whose message it is; of another queue, that queue's name. */
  subscriber: string;
  /** What it was for: an event that comes in, a step's work, a question, an awaited event, an order, the end of a run. */
  purpose: DeadLetterPurpose;
  /** The step, where it is a step's work. */
  step?: string | undefined;
  run?: string | undefined;
  epoch?: number | undefined;
  path?: string | undefined;
  /** The event that comes in. */
  event?: ArrivedEvent | undefined;
  /** Of the run, or of the event. */
  correlation?: string | undefined;
  /** The message as it was; an edited one is what is sent. */
  body: string;
  /** Number of further items that contain the body if it is too large; then this item contains none of it. */
  bodyParts?: number | undefined;
  edited?: string | undefined;
  /** Where it came from, and goes back to. */
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
