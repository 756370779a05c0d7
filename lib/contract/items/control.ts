import type { ControlTarget } from "../keys/control.ts";
import type { StoredSettings } from "../settings/stored.ts";
import type { Item, OperatorAction } from "./item.ts";

/**
 * What operators decided about a workflow, another subscriber, a breaker or a shared limit. Without an item, a subscriber is
 * active, and all settings are those of the definition.
 */
export interface ControlItem extends Item {
  kind: "control";
  target: ControlTarget;
  name: string;
  /** While set, nothing new is admitted and no step starts. */
  paused?: OperatorAction | undefined;
  /** While set, nothing new is admitted; admitted work continues. */
  drained?: OperatorAction | undefined;
  resumed?: OperatorAction | undefined;
  /** The values that operators have set in place of the definition's. */
  settings?: StoredSettings | undefined;
}
