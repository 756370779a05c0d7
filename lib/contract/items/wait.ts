import type { RunRequest } from "../request.ts";
import type { Item, Origin } from "./item.ts";

/** Waiters and events of one name and key lie in one partition, where each side finds the other. */
export interface MeetingPoint {
  /** Name of the event. */
  event: string;
  key: string;
}

/**
 * Somebody waits for an event.
 *
 *     waiting ──take──▶ matched ──answer──▶ delivered        a later entry of the same state: what was delivered is
 *        ▲                 │                                  matched again, what was lost waits again
 *        └──later entry── lost ◀──the state was left before the answer came
 */
export interface WaiterItem extends Item, Origin, MeetingPoint {
  kind: "waiter";
  run: string;
  epoch: number;
  workflow: string;
  path: string;
  /** What the event does: it is the answer, its value is, it says that the child has ended, or it ends the run. */
  purpose: "event" | "signalled" | "child" | "cancel-on";
  /** An event is taken once by each taker: the run, or the wait alone where one event is for all that wait in a run. */
  taker: string;
  state: "waiting" | "matched" | "delivered" | "lost";
  /** Orders entries of the state; waiters are served by it, too. */
  fence: number;
  /** Absent where nobody is to be answered. */
  token?: string | undefined;
  /** Id of the event that is taken. */
  taken?: string | undefined;
  /** Id of the event that came too late: somebody else may take it. */
  missed?: string | undefined;
  /** The run that is called; told as "run.requested". */
  call?: RunRequest | undefined;
  /** Fields of the called run's output that the caller's state machine looks at. */
  reads?: string[] | undefined;
}

/** An event that somebody waits for, or may. */
export interface AwaitedEventItem extends Item, Origin, MeetingPoint {
  kind: "awaited-event";
  id: string;
  /** ISO time; the oldest is taken first. */
  time: string;
  payload: unknown;
  /** Whether it found nobody but waiters of runs that had ended. */
  late?: boolean | undefined;
}

/** Keeps a taker from taking an event twice. Written together with the match. */
export interface TakenItem extends Item {
  kind: "taken";
  taker: string;
  path: string;
  /** Id of the event. */
  event: string;
}
