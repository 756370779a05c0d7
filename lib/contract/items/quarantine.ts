import type { Item } from "./item.ts";

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
  name: string;
  source: string;
  quarantinedAt: string;
  list: string;
  listedAt: string;
}
