import type { Item, Order } from "./item.ts";

/** Events of the archive that somebody has had delivered once more, and what became of them. */
export interface ReplayItem extends Item {
  kind: "replay";
  /** The name of EventBridge's replay, which every event of it carries as "replay-name". */
  replay: string;
  ordered: Order;
  /** ISO times: events that were published from one to the other. */
  from: string;
  to: string;
  /** Whose rules take part, and for which events. */
  subscribers: string[];
  events: string[];
  /** What has already been done is done once more, as a new epoch. Otherwise it is left as it is. */
  again: boolean;
  /** Nothing is done; the counts say what would be. */
  dry: boolean;
  /** How many deliveries met what, by subscriber and outcome: "produce-video duplicate". */
  counts: Record<string, number>;
  list: string;
  listedAt: string;
}
