import type { Absence, Crossing } from "../trigger/threshold.ts";
import type { Item } from "./item.ts";

/** The last events of a key, which a threshold counts. */
export interface WindowItem extends Item, EventWindow {
  kind: "window";
  trigger: string;
  key: string;
  /** A crossing whose event may not be on the bus yet. */
  pending?: Pending<Crossing> | undefined;
}

export interface EventWindow {
  /** By time. An event stays for as long as another delivery of it could count. */
  entries: WindowEntry[];
  /** Epoch milliseconds: events up to this time have been dropped for lack of space, and count no more. */
  floor?: number | undefined;
  /** The amounts of dropped events that still count until the newest of them leaves the window. */
  carried?: { at: number; amount: number } | undefined;
}

export interface WindowEntry {
  /** Epoch milliseconds of the event. */
  at: number;
  /** Digest of its identity. */
  id: string;
  amount: number;
  /** Whether it was part of a crossing: it counts no more, and its other deliveries are recognised. */
  crossed?: true | undefined;
}

/** The last event of a key, whose next one is due. */
export interface PresenceItem extends Item, Presence {
  kind: "presence";
  trigger: string;
  key: string;
  pending?: Pending<Absence> | undefined;
}

export interface Presence {
  /** The last event: epoch milliseconds, and the digest of its identity. */
  last: number;
  id: string;
  hops: number;
  /** Whether its absence was reported: then the next event begins again. */
  reported?: true | undefined;
  /** Epoch milliseconds for which a reminder was sent. */
  lookAt?: number | undefined;
}

/** What is to be published, under an id that follows from it. */
export interface Pending<Payload> {
  id: string;
  /** Epoch milliseconds of its last event, or of its due time. */
  at: number;
  payload: Payload;
  traceparent?: string | undefined;
  hops: number;
}
