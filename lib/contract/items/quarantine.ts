import type { Envelope } from "../envelope.ts";
import type { ArrivedEvent } from "./delivery.ts";
import type { Item, Order } from "./item.ts";

/** An event that may not enter, with the reason. */
export interface QuarantineItem extends Item {
  kind: "quarantine";
  id: string;
  /** The workflow that would have received it. */
  subscriber: string;
  reason: "contract" | "unknown-version" | "contradiction" | "not-an-event" | "loop";
  /** What is wrong, where: one per finding. */
  findings: { path: string; message: string; value?: string }[];
  /** The event as it arrived, as text. */
  body: string;
  /** In how many items beside this one the body lies, where it is too large; then none of it is here. */
  bodyParts?: number | undefined;
  /** The subscriber's queue, by which the event can come back. Absent where it has none. */
  queueUrl?: string | undefined;
  /** What was released of a trigger's, which has no queue: told together with the release, to whom it concerns. */
  released?: Envelope | undefined;
  /** What somebody has decided about it. Then it is no longer listed. */
  settled?: Settled | undefined;
  name: string;
  source: string;
  /** What its delivery remembers of it. Absent where it was no event. */
  event?: ArrivedEvent | undefined;
  quarantinedAt: string;
  list?: string | undefined;
  listedAt: string;
}

/** Released: delivered to its subscriber once more. */
export interface Settled extends Order {
  as: "released" | "discarded";
}
