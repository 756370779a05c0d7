import type { ActionView } from "../../../../lib/contract/api/index.ts";
import type { ControlItem, OperatorAction } from "../../../../lib/contract/table.ts";

/** Why a workflow or a reaction is held back, and the operator who requested it. */
export function currentActions(item: ControlItem | undefined): { paused?: ActionView; drained?: ActionView } {
  return {
    paused: item?.paused && actionView(item.paused),
    drained: item?.drained && actionView(item.drained),
  };
}

export function actionView({ by, why, at }: OperatorAction): ActionView {
  return { by, why, at };
}
