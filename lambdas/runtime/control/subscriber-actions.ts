import type { ControlItem, OperatorAction } from "../../../lib/contract/table.ts";
import { Refusal } from "./refusal.ts";

/** Operator actions on a workflow or another subscriber, as functions of its current state. */
type Transition = (control: ControlItem) => ControlItem;

export function pauseAll(operatorAction: OperatorAction): Transition {
  return (control) => {
    if (control.paused?.key === operatorAction.key) return control;
    if (control.paused) throw already(control, "paused", control.paused);
    return { ...control, paused: operatorAction };
  };
}

export function drain(operatorAction: OperatorAction): Transition {
  return (control) => {
    if (control.drained?.key === operatorAction.key) return control;
    if (control.drained) throw already(control, "drained", control.drained);
    return { ...control, drained: operatorAction };
  };
}

/** Ends a pause and a drain. */
export function resumeAll(operatorAction: OperatorAction): Transition {
  return (control) => {
    if (control.resumed?.key === operatorAction.key) return control;
    const { paused, drained, ...open } = control;
    if (!paused && !drained)
      throw new Refusal(
        `The ${control.target} ${control.name} is neither paused nor drained; there is nothing to resume.`,
      );
    return { ...open, resumed: operatorAction };
  };
}

function already({ target, name }: ControlItem, what: string, { by, why }: OperatorAction): Refusal {
  return new Refusal(`The ${target} ${name} is already ${what}, by ${by}: ${why}`);
}
