import type { RunRequest } from "../messages/request.ts";
import type { Item, Origin } from "./item.ts";

/** Waiters and events with the same name and key are in one partition, where each side finds the other. */
export interface WaitKey {
  /** Name of the event. */
  event: string;
  key: string;
}

/**
 * A wait for an event.
 *
 *     waiting ──take──▶ matched ──answer──▶ delivered        a later entry of the same state: what was delivered is
 *        ▲                 │                                  matched again, what was lost waits again
 *        └──later entry── lost ◀──the state was left before the answer came
 */
export interface WaiterItem extends Item, Origin, WaitKey {
  kind: "waiter";
  run: string;
  epoch: number;
  workflow: string;
  path: string;
  /**
   * The meaning of the event: its payload is the answer, its value is, it says that the child has ended, or
   * it ends the run.
   */
  purpose: "event" | "signalled" | "child" | "cancel-on";
  /** Each consumer takes an event once: the run, or only this wait if one event is for all waits of a run. */
  consumer: string;
  state: "waiting" | "matched" | "delivered" | "lost";
  /** Orders entries of the state; waiters are served by it, too. */
  fence: number;
  /** Absent if no state has to be answered. */
  token?: string | undefined;
  /** Id of the consumed event. */
  taken?: string | undefined;
  /** Id of the event that was too late: another wait may consume it. */
  missed?: string | undefined;
  /** The called run; published as "run.requested". */
  call?: RunRequest | undefined;
  /** Fields of the called run's output that the caller's state machine reads. */
  reads?: string[] | undefined;
  /** Maximum bytes of the called run's output, if it is part of a list of results. */
  resultLimit?: number | undefined;
}

/** An event that a run waits for, or may wait for. */
export interface AwaitedEventItem extends Item, Origin, WaitKey {
  kind: "awaited-event";
  id: string;
  /** ISO time; the oldest is consumed first. */
  time: string;
  payload: unknown;
  /** Whether it matched only waiters of ended runs. */
  late?: boolean | undefined;
}

/** Prevents a run from consuming an event twice. Written together with the match. */
export interface ConsumptionItem extends Item {
  kind: "taken";
  consumer: string;
  path: string;
  /** Id of the event. */
  event: string;
}
