import type { ItemKey } from "./keys.ts";

/** What the control function is asked for: by its queue, or by invoking it. */
export type ControlMessage = Command | Wake | Release | SettleSome;

/** What a person or a program orders. */
export type Command =
  | StartRun
  | ChangeRun
  | ChangeSubscriber
  | ForceBreaker
  | SettleEvent
  | SettleDeadLetters
  | Replay
  | CancelReplay;

interface Ordered {
  /** Who wants it. */
  by: string;
  why: string;
  /** Idempotency key: the same command under the same key is carried out once. */
  key: string;
}

export interface StartRun extends Ordered {
  action: "start";
  target: { workflow: string };
  /** The event that the workflow starts on, as if it had come. */
  event: string;
  version: number;
  payload: Record<string, unknown>;
}

export interface ChangeRun extends Ordered {
  action: "pause" | "resume" | "terminate" | "retry";
  target: { run: string };
}

/** `drain` lets in nothing new, while what was let in goes on; `pause` also begins no step. */
export interface ChangeSubscriber extends Ordered {
  action: "pause" | "resume" | "drain";
  target: { workflow: string } | { subscriber: string };
}

export interface ForceBreaker extends Ordered {
  action: "force";
  target: { breaker: string };
  /** `auto`: it decides by itself again. */
  state: "open" | "closed" | "auto";
}

/** A quarantined event is delivered to its subscriber once more, or never. */
export interface SettleEvent extends Ordered {
  action: "release-event" | "discard-event";
  /** Its id in quarantine. */
  target: { quarantine: string };
  /** Takes the place of its payload. @default as it came */
  payload?: Record<string, unknown> | undefined;
  /** The version that it is of. @default as it came */
  version?: number | undefined;
}

/** Messages that were given up are sent to their queues again, or never. */
export interface SettleDeadLetters extends Ordered {
  action: "redrive" | "discard";
  /** One by its id, all of a subscriber, or all. */
  target: { deadLetter: string } | { subscriber: string } | { all: "dead-letters" };
  /** Takes the place of the message; of one alone. @default as it was */
  body?: string | undefined;
  /** How many are sent in a second. @default 10 */
  rate?: number | undefined;
}

/** Events of the archive are delivered once more. */
export interface Replay extends Ordered {
  action: "replay";
  /** To one subscriber, or to all; or the event of one run, to its workflow. */
  target: { subscriber: string } | { all: "subscribers" } | { run: string };
  /** ISO times: events that were published from one to the other. Not of a run. */
  from?: string | undefined;
  to?: string | undefined;
  /** Names of the events. @default all that the subscribers take */
  events?: string[] | undefined;
  /** Does once more what has been done, as a new epoch. @default what has been done is left as it is */
  again?: boolean | undefined;
  /** Only counts what would be done. @default false */
  dry?: boolean | undefined;
}

/** A replay ends, with what it has delivered so far. */
export interface CancelReplay extends Ordered {
  action: "cancel";
  target: { replay: string };
}

/** A parked message's time has come. */
export interface Wake {
  action: "wake";
  key: ItemKey;
}

/** What lies aside since a run or a workflow was paused is brought back, a share at a time. */
export interface Release {
  action: "release";
  target: { run: string } | { workflow: string } | { subscriber: string };
  /** ISO time at which that was ordered: what is put aside later stays. */
  until: string;
  /** How often everything is looked for: an index may not know at once what was put aside last. */
  looks: number;
}

/** Dead letters of a subscriber, or all, are settled a share at a time. */
export interface SettleSome {
  action: "settle-some";
  order: SettleDeadLetters;
  /** ISO time at which that was ordered: what dies later stays. */
  until: string;
  /** How often everything is looked for: an index may not know at once what died last. */
  looks: number;
  /** Ids of those that could not be settled. They stay listed. */
  failed: string[];
}

export interface CommandOutcome {
  done: boolean;
  /** What was done, or what was wrong and what to do. */
  says: string;
  /** The run that the command was about. */
  run?: string | undefined;
  /** The replay that it began. */
  replay?: string | undefined;
}
