import { Recording } from "../../console/mock/recording.ts";
import type { FlowMap, WorkflowGraph, WorkflowView } from "../../console/src/api/types.ts";

const recording = new Recording("two hours of work", Date.now);

/** The graph of a workflow of the recorded app. */
export function recordedGraph(workflow: string): WorkflowGraph {
  return recording.items<WorkflowView>("/workflows").find(({ name }) => name === workflow)!.graph!;
}

export const recordedMap = recording.answer("/map") as FlowMap;
