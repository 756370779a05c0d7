import type { ItemKey } from "./keys.ts";

/** What the control function is asked for: by its queue, or by invoking it. */
export type ControlMessage = Command | Wake | Release;

/** What a person or a program orders. */
export type Command = StartRun | ChangeRun | ChangeSubscriber | ForceBreaker | SettleEvent;

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

export interface CommandOutcome {
  done: boolean;
  /** What was done, or what was wrong and what to do. */
  says: string;
  /** The run that the command was about. */
  run?: string | undefined;
}
