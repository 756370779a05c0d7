import type { ApprovalView, RunDetail, StepView, WaitView } from "../api/types.ts";
import { nodeOfPath } from "../text/paths.ts";
import { GROUPED } from "./waterfall.ts";

/** A line of the list of steps. */
export type StepEntry = { key: string; at: string } & (
  | { kind: "step"; step: StepView }
  | { kind: "group"; name: string; steps: StepView[] }
  | { kind: "approval"; question: ApprovalView }
  | { kind: "wait"; wait: WaitView }
);

/** Steps, approvals and waits by start time; many calls of one step together, at the start of the first. */
export function entriesOf({
  steps,
  questions,
  waits,
}: Pick<RunDetail, "steps" | "questions" | "waits">): StepEntry[] {
  const sorted = steps.toSorted((a, b) => beginOf(a).localeCompare(beginOf(b)));
  const calls = Map.groupBy(sorted, ({ path, direction }) => `${nodeOfPath(path)}#${direction}`);
  return [
    ...[...calls].flatMap(([key, group]): StepEntry[] =>
      group.length >= GROUPED
        ? [{ key, at: beginOf(group[0]!), kind: "group", name: group[0]!.step, steps: group }]
        : group.map((step) => ({
            key: `${step.path}#${step.direction}`,
            at: beginOf(step),
            kind: "step",
            step,
          })),
    ),
    ...questions.map(
      (question): StepEntry => ({
        key: `${question.path}?${question.level}`,
        at: question.askedAt,
        kind: "approval",
        question,
      }),
    ),
    ...waits.map((wait): StepEntry => ({ key: `${wait.path}!`, at: wait.since, kind: "wait", wait })),
  ].sort((a, b) => a.at.localeCompare(b.at));
}

/** A step that has not begun comes last. */
function beginOf({ queuedAt, startedAt }: StepView): string {
  return startedAt ?? queuedAt ?? "9";
}
