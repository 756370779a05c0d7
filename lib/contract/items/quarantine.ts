import type { Envelope } from "../envelope.ts";
import type { ArrivedEvent } from "./delivery.ts";
import type { Item, OperatorAction } from "./item.ts";

/** A quarantined event, with the reason. */
export interface QuarantineItem extends Item {
  kind: "quarantine";
  id: string;
  /** The workflow that would have received it. */
  subscriber: string;
  reason: "contract" | "unknown-version" | "contradiction" | "not-an-event" | "loop";
  /** What is wrong, and where: one line per finding. */
  findings: { path: string; message: string; value?: string }[];
  /** The event as it arrived, as text. */
  body: string;
  /** Number of further items that contain the body if it is too large; then this item contains none of it. */
  bodyParts?: number | undefined;
  /** Whether it came through the subscriber's queue, and can be released to it. A trigger has no queue. */
  queued?: boolean | undefined;
  /** The released event of a trigger, which has no queue: published together with the release. */
  released?: Envelope | undefined;
  /** How it was resolved. Then it is no longer listed. */
  resolved?: ResolvedEvent | undefined;
  name: string;
  source: string;
  /** What its delivery stores about it. Absent if it was not an event. */
  event?: ArrivedEvent | undefined;
  quarantinedAt: string;
  list?: string | undefined;
  listedAt: string;
}

/** Released: delivered to its subscriber again. */
export interface ResolvedEvent extends OperatorAction {
  as: "released" | "discarded";
}
