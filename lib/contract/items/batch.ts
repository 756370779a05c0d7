import type { Envelope } from "../envelope.ts";
import type { Item } from "./item.ts";

/** An event that is collected into a batch: the claim of its identity. */
export interface CollectedEventItem extends Item {
  kind: "collected-event";
  /** See `runId`: the same for the same workflow, event name and identity. */
  collected: string;
  workflow: string;
  /** The key of its batch. */
  key: string;
  /** The event's envelope without its payload, which is in `input`. */
  event: Omit<Envelope, "data">;
  /** Digest of the payload, which distinguishes a duplicate from a contradiction. */
  payload: string;
  /** The payload as JSON text. */
  input: string;
  /** Bytes of the payload before parts of it were moved into the bucket. */
  bytes: number;
  acceptedAt: string;
  /** The run that it is part of. Set once, in one transaction with the run. */
  run?: string | undefined;
}

/** An event in the line of its key: it waits for its batch. */
export interface BatchEntryItem extends Item {
  kind: "batch-entry";
  collected: string;
  bytes: number;
}

/** What is known of the line of a key. */
export interface BatchLineItem extends Item {
  kind: "batch-line";
  /** Epoch milliseconds for which a reminder was sent, since the oldest event has waited long enough then. */
  lookAt: number;
}
