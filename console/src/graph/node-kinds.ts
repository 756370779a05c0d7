import type { WorkflowGraph as Graph } from "../api/types.ts";
import type { IconName } from "../parts/icon.tsx";

/** How a kind of node is shown. A condition may be long: its label has several lines. */
interface NodeKind {
  icon: IconName;
  label: "a name" | "a condition";
}

const named = (icon: IconName): NodeKind => ({ icon, label: "a name" });

export const NODE_KINDS: Record<Graph["nodes"][number]["kind"], NodeKind> = {
  step: named("workflow"),
  each: named("list"),
  repeat: named("loop"),
  when: { icon: "branch", label: "a condition" },
  match: { icon: "branch", label: "a condition" },
  approval: named("person"),
  escalate: named("warning"),
  child: named("child"),
  sleep: named("clock"),
  wait: named("event"),
  race: named("flag"),
};
