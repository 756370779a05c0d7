import type { WorkflowGraph as Graph } from "../api/types.ts";
import type { IconName } from "../parts/icon.tsx";

export const NODE_ICONS: Record<Graph["nodes"][number]["kind"], IconName> = {
  step: "workflow",
  each: "list",
  repeat: "loop",
  when: "branch",
  match: "branch",
  approval: "person",
  escalate: "warning",
  child: "child",
  sleep: "clock",
  wait: "event",
  race: "flag",
};
