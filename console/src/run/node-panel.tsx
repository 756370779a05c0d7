import type { LogEntry, RunDetail } from "../api/types.ts";
import { NODE_KINDS } from "../graph/node-kinds.ts";
import { Badge } from "../parts/badge.tsx";
import { Copy } from "../parts/copy.tsx";
import { Icon } from "../parts/icon.tsx";
import { duration } from "../text/duration.ts";
import { usd } from "../text/money.ts";
import { plural } from "../text/plural.ts";
import { countStates, itemsOf, placeNames } from "./items.ts";
import { NodeLog } from "./node-log.tsx";
import { NodePart } from "./node-part.tsx";
import { NodeParts } from "./node-parts.tsx";
import { NodeRemedies } from "./node-remedies.tsx";

/**
 * Everything known about one node of a run's graph: its parts, and of the chosen part the steps, errors,
 * results and log.
 */
export function NodePanel({
  detail,
  id,
  item: chosenPath,
  log,
  past,
  onItem,
  onNode,
  onLog,
  onClose,
}: {
  detail: RunDetail;
  id: string;
  item: string | undefined;
  log: readonly LogEntry[];
  past: boolean;
  onItem: (path: string) => void;
  onNode: (id: string) => void;
  onLog: () => void;
  onClose: () => void;
}) {
  const node = detail.graph?.nodes.find((one) => one.id === id);
  if (!node) return null;
  const state = detail.nodes[id];
  const items = itemsOf(node, detail);
  const places = placeNames(items.map(({ path }) => path));
  const worst = countStates(items)[0]?.state;
  const chosen =
    items.find(({ path }) => path === chosenPath) ??
    (items.length === 1 || worst !== "done" ? items.find((one) => one.state === worst) : undefined);
  const inner = detail.graph!.nodes.filter(({ within }) => within?.node === id);
  return (
    <aside className="node-panel" aria-label={`Node ${node.label}`}>
      <div className="row wide panel-head">
        <h2 className="row wrap-anywhere">
          <Icon name={NODE_KINDS[node.kind].icon} /> {node.label}
        </h2>
        <span className="row" style={{ gap: 2 }}>
          <Copy text={chosen?.path ?? id} name="Copy the path" />
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
      <p className="row wrap detail">
        {state && <Badge state={state.state} />}
        <span>{node.kind}</span>
        {state?.durationMs !== undefined && (
          <span className="number">
            {duration(state.durationMs)}
            {state.count > 1 && " on average"}
          </span>
        )}
        {state !== undefined && state.attempts > 0 && (
          <span className="number">{plural(state.attempts, "attempt")}</span>
        )}
        {state?.costUsd !== undefined && state.costUsd > 0 && (
          <span className="number">{usd(state.costUsd)}</span>
        )}
        {node.undo && <span>undone by {node.undo}</span>}
      </p>
      {node.message && <p className="detail">{node.message.text}.</p>}
      <NodeRemedies detail={detail} item={chosen} id={id} past={past} />
      {items.length > 1 && <NodeParts items={items} places={places} chosen={chosen?.path} onItem={onItem} />}
      {chosen ? (
        <NodePart
          key={chosen.path}
          item={chosen}
          place={items.length > 1 ? places[items.indexOf(chosen)] : undefined}
          asOf={detail.asOf}
          run={detail.run}
          past={past}
        />
      ) : (
        items.length === 0 &&
        inner.length === 0 && (
          <p className="detail">
            {state?.state === "skipped" ? "The run did not take this path." : "It has not started."}
          </p>
        )
      )}
      {inner.length > 0 && items.length === 0 && (
        <ul className="stack" style={{ gap: 2 }}>
          {inner.map((one) => (
            <li key={one.id}>
              <button type="button" className="button plain item" onClick={() => onNode(one.id)}>
                <Badge state={detail.nodes[one.id]?.state ?? "idle"} />
                <span className="clip">{one.label}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {chosen && <NodeLog detail={detail} item={chosen} log={log} past={past} onLog={onLog} />}
    </aside>
  );
}
