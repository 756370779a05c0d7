import type { ReactionSpec } from "../contract/reaction.ts";
import { stepsOf } from "../workflow/composition.ts";
import type { Workflow } from "../workflow/workflow.ts";

/** Names of the events that an app's steps and reactions emit. */
export function insideEvents(
  workflows: readonly Workflow[],
  reactions: readonly ReactionSpec[] = [],
): Set<string> {
  return new Set(
    [...workflows.flatMap(stepsOf), ...reactions].flatMap(({ emits }) => emits.map(({ name }) => name)),
  );
}
