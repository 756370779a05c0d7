import type { ControlTarget } from "../keys.ts";
import type { Item, OperatorAction } from "./item.ts";

/** Operator actions for a workflow or another subscriber. Without an item, the subscriber is active. */
export interface ControlItem extends Item {
  kind: "control";
  target: ControlTarget;
  name: string;
  /** While set, nothing new is admitted and no step starts. */
  paused?: OperatorAction | undefined;
  /** While set, nothing new is admitted; admitted work continues. */
  drained?: OperatorAction | undefined;
  resumed?: OperatorAction | undefined;
}
