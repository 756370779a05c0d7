import type { ControlTarget } from "../keys.ts";
import type { Item, Order } from "./item.ts";

/** What people have ordered for a whole workflow or another subscriber of events. Without an item, it takes all. */
export interface ControlItem extends Item {
  kind: "control";
  target: ControlTarget;
  name: string;
  /** While it stands, nothing new is let in and no step begins. */
  paused?: Order | undefined;
  /** While it stands, nothing new is let in; what was let in goes on. */
  drained?: Order | undefined;
  resumed?: Order | undefined;
}
