import type { OrderView } from "../../../../lib/contract/api/index.ts";
import type { ControlItem, Order } from "../../../../lib/contract/table.ts";

/** What holds a workflow or a reaction back, and who wanted it. */
export function standingOrders(item: ControlItem | undefined): { paused?: OrderView; drained?: OrderView } {
  return {
    ...(item?.paused && { paused: orderView(item.paused) }),
    ...(item?.drained && { drained: orderView(item.drained) }),
  };
}

export function orderView({ by, why, at }: Order): OrderView {
  return { by, why, at };
}
