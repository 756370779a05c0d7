import type { LogEntry, NodeState, RunDetail, WorkflowGraph } from "../api/types.ts";
import { NODE_KINDS } from "../graph/node-kinds.ts";
import { Badge } from "../parts/badge.tsx";
import { Copy } from "../parts/copy.tsx";
import { Icon } from "../parts/icon.tsx";
import { duration } from "../text/duration.ts";
import { usd } from "../text/money.ts";
import { plural } from "../text/plural.ts";
import { countStates, type Item, itemsOf, placeNames } from "./items.ts";
import { NodeLog } from "./node-log.tsx";
import { NodePart } from "./node-part.tsx";
import { NodeParts } from "./node-parts.tsx";
import { NodeRemedies } from "./node-remedies.tsx";

type Node = WorkflowGraph["nodes"][number];

/**
 * Everything known about one node of a run's graph: its parts, and of the chosen part the steps, errors,
 * results and log.
 */
export function NodePanel({
  detail,
  node,
  item: chosenPath,
  log,
  past,
  onItem,
  onNode,
  onLog,
  onClose,
}: {
  detail: RunDetail;
  node: Node;
  item: string | undefined;
  log: readonly LogEntry[];
  past: boolean;
  onItem: (path: string) => void;
  onNode: (id: string) => void;
  onLog: () => void;
  onClose: () => void;
}) {
  const state = detail.nodes[node.id];
  const items = itemsOf(node, detail);
  const places = placeNames(items.map(({ path }) => path));
  const chosen = items.find(({ path }) => path === chosenPath) ?? mostUrgent(items);
  const inner = detail.graph!.nodes.filter(({ within }) => within?.node === node.id);
  return (
    <aside className="node-panel" aria-label={`Node ${node.label}`}>
      <Head node={node} path={chosen?.path ?? node.id} onClose={onClose} />
      <Summary node={node} state={state} />
      {node.message && <p className="detail">{node.message.text}.</p>}
      <NodeRemedies detail={detail} item={chosen} id={node.id} past={past} />
      {items.length > 1 && <NodeParts items={items} places={places} chosen={chosen?.path} onItem={onItem} />}
      {chosen && (
        <NodePart
          key={chosen.path}
          item={chosen}
          place={items.length > 1 ? places[items.indexOf(chosen)] : undefined}
          asOf={detail.asOf}
          run={detail.run}
          past={past}
        />
      )}
      {items.length === 0 && inner.length > 0 && (
        <InnerNodes nodes={inner} states={detail.nodes} onNode={onNode} />
      )}
      {items.length === 0 && inner.length === 0 && (
        <p className="detail">
          {state?.state === "skipped" ? "The run did not take this path." : "It has not started."}
        </p>
      )}
      {chosen && <NodeLog detail={detail} item={chosen} log={log} past={past} onLog={onLog} />}
    </aside>
  );
}

/** The only part, or of several one that is not done. */
function mostUrgent(items: readonly Item[]): Item | undefined {
  const worst = countStates(items)[0]?.state;
  return items.length === 1 || worst !== "done" ? items.find(({ state }) => state === worst) : undefined;
}

function Head({ node, path, onClose }: { node: Node; path: string; onClose: () => void }) {
  return (
    <div className="row wide panel-head">
      <h2 className="row wrap-anywhere">
        <Icon name={NODE_KINDS[node.kind].icon} /> {node.label}
      </h2>
      <span className="row" style={{ gap: 2 }}>
        <Copy text={path} name="Copy the path" />
        <button
          type="button"
          className="button plain icon small"
          aria-label="Close the panel"
          title="Close the panel"
          onClick={onClose}
        >
          <Icon name="close" size={14} />
        </button>
      </span>
    </div>
  );
}

function Summary({ node: { kind, undo }, state }: { node: Node; state: NodeState | undefined }) {
  const { durationMs, count = 0, attempts = 0, costUsd = 0 } = state ?? {};
  return (
    <p className="row wrap detail">
      {state && <Badge state={state.state} />}
      <span>{kind}</span>
      {durationMs !== undefined && (
        <span className="number">
          {duration(durationMs)}
          {count > 1 && " on average"}
        </span>
      )}
      {attempts > 0 && <span className="number">{plural(attempts, "attempt")}</span>}
      {costUsd > 0 && <span className="number">{usd(costUsd)}</span>}
      {undo && <span>undone by {undo}</span>}
    </p>
  );
}

/** The nodes in a box, such as a branch. */
function InnerNodes({
  nodes,
  states,
  onNode,
}: {
  nodes: readonly Node[];
  states: RunDetail["nodes"];
  onNode: (id: string) => void;
}) {
  return (
    <ul className="stack" style={{ gap: 2 }}>
      {nodes.map(({ id, label }) => (
        <li key={id}>
          <button type="button" className="button plain item" onClick={() => onNode(id)}>
            <Badge state={states[id]?.state ?? "idle"} />
            <span className="clip">{label}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
