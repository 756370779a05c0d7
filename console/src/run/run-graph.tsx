import type { LogEntry, RunDetail } from "../api/types.ts";
import { WorkflowGraph } from "../graph/workflow-graph.tsx";
import { Empty } from "../parts/states.tsx";
import { nodeOfPath } from "../text/paths.ts";
import { NodePanel } from "./node-panel.tsx";
import type { RunView } from "./use-run-view.ts";

/** The graph of a run, next to it the panel of the selected node. */
export function RunGraph({
  detail,
  log,
  view,
}: {
  detail: RunDetail;
  log: readonly LogEntry[];
  view: RunView;
}) {
  const { graph, nodes, failedStep } = detail;
  if (!graph)
    return (
      <Empty icon="workflow" title="This version has no graph">
        <p>Its steps are below. Newer deployments include the graph.</p>
      </Empty>
    );
  const selected = graph.nodes.find(({ id }) => id === view.node);
  const close = () => {
    view.show({ node: "", item: "" });
    document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(view.node!)}"]`)?.focus();
  };
  return (
    <div
      className={selected === undefined ? "graph-and-panel" : "graph-and-panel open"}
      onKeyDownCapture={(event) => {
        const isOthers = (event.target as HTMLElement).closest("dialog, input");
        if (event.key === "Escape" && selected !== undefined && !isOthers) close();
      }}
    >
      <WorkflowGraph
        graph={graph}
        nodes={nodes}
        failed={failedStep === undefined ? undefined : failedNode(detail)}
        selected={selected?.id}
        onSelect={view.select}
      />
      {selected !== undefined && (
        <NodePanel
          detail={detail}
          node={selected}
          item={view.item}
          log={log}
          past={view.at !== undefined}
          onItem={(item) => view.show({ item })}
          onNode={view.select}
          onLog={() => view.show({ tab: "log" })}
          onClose={close}
        />
      )}
    </div>
  );
}

/** The node that made the run fail: by the failure's path, or the first node of that step. */
function failedNode({ failure, failedStep, graph }: RunDetail): string | undefined {
  if (failure?.path !== undefined) return nodeOfPath(failure.path);
  return graph?.nodes.find(({ step }) => step === failedStep)?.id;
}
