import { beginsWithClaim } from "../../../../lib/contract/groups/group.ts";
import type { StepSpec } from "../../../../lib/contract/step.ts";
import type { RunItem } from "../../../../lib/contract/table.ts";
import { type Effect, effectOf, type Invocation } from "../effect.ts";
import { inputOf } from "./fill.ts";
import { type GroupMessage, messageOf } from "./message.ts";

/** A run that this delivery has accepted. */
export interface Begun {
  run: RunItem;
  /** Its first step, if that was claimed together with the acceptance. */
  first?: Effect | undefined;
}

/**
 * The effect that a group begins with, if its claim can be taken before the group's message is delivered.
 * Undefined if several steps begin at the same time, or if the first is claimed when it has ended.
 */
export function firstEffect(
  message: GroupMessage,
  specOf: (step: string) => StepSpec,
  invocation: Invocation,
): Effect | undefined {
  const { group } = message;
  const step = group.steps[0]!;
  const spec = specOf(step.step);
  if (!beginsWithClaim(group, spec)) return undefined;
  const own = { ...messageOf(message, step, undefined), input: inputOf(step, group, []), position: 0 };
  return effectOf(own, spec, invocation);
}
