import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import type { NodeState } from "../api/types.ts";
import { lookOf } from "../design/status.ts";
import { Icon } from "../parts/icon.tsx";
import { PathText } from "../parts/path.tsx";
import { type StateCount, Strip, stripText } from "../parts/strip.tsx";
import { duration } from "../text/duration.ts";
import { usd } from "../text/money.ts";
import { plural } from "../text/plural.ts";
import type { Placed } from "./layout.ts";
import { NODE_KINDS } from "./node-kinds.ts";

export type StepNode = Node<{
  box: Placed;
  state: NodeState | undefined;
  sideways: boolean;
  onFold: (id: string, open: boolean) => void;
}>;

export function mapColour({ data: { box, state } }: StepNode): string {
  if (box.holds) return "var(--hover)";
  const tone = state ? lookOf(state.state).tone : "quiet";
  return tone === "quiet" ? "var(--line-strong)" : `var(--${tone})`;
}

function Box({ data: { box, state, sideways, onFold } }: NodeProps<StepNode>) {
  const { id, node, block, holds, inner } = box;
  const isCondition = node && NODE_KINDS[node.kind].label === "a condition";
  return (
    <>
      <Handle type="target" position={sideways ? Position.Left : Position.Top} isConnectable={false} />
      {node ? (
        <div
          className={`box${holds ? " holds" : ""}${state ? ` is-${state.state} line-${lookOf(state.state).tone}` : ""}`}
        >
          <div className="row">
            <Icon name={NODE_KINDS[node.kind].icon} size={14} className="kind" />
            <span className={`name ${isCondition && !holds ? "lines" : "clip"}`} title={node.label}>
              {isCondition ? <PathText text={node.label} /> : node.label}
            </span>{" "}
            {inner > 0 && (
              // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the box, right and left, do the same
              // biome-ignore lint/a11y/useKeyWithClickEvents: as above
              <span
                className={`folds${holds ? " open" : ""}`}
                title={holds ? "Collapse (left arrow)" : `Expand: ${plural(inner, "node")} (right arrow)`}
                onClick={(event) => {
                  event.stopPropagation();
                  onFold(id, !holds);
                }}
              >
                <Icon name="fold" size={14} />
              </span>
            )}
            {node.message?.shared && (
              <span title={node.message.text} className="marked">
                <Icon name="message" size={12} />
              </span>
            )}
            {node.undo && (
              <span title={`Undone by ${node.undo}`} className="marked">
                <Icon name="undo" size={12} />
              </span>
            )}
          </div>
          {state ? <State state={state} /> : <div className="row under">{node.kind}</div>}
        </div>
      ) : (
        <div className="box block">
          <span className="row name">{block}</span>
        </div>
      )}
      <Handle type="source" position={sideways ? Position.Right : Position.Bottom} isConnectable={false} />
    </>
  );
}

/** The items of a list or the rounds of a loop, by state. */
function itemCounts({ items }: NodeState): StateCount[] {
  if (!items) return [];
  return (["failed", "waiting", "running", "done"] as const)
    .map((state) => ({ state, count: items[state] }))
    .filter(({ count }) => count > 0);
}

function State({ state: all }: { state: NodeState }) {
  const { state, count, done, failed, attempts, durationMs, costUsd, items } = all;
  const look = lookOf(state);
  const [ready, of] = items ? [items.done, items.count] : [done, count];
  const several = items !== undefined && items.count > 1;
  const failures = failed > 0 && state !== "failed" && (
    <span className="number word-bad">{items?.failed || failed} failed</span>
  );
  return (
    <>
      <div className="row under">
        <span className={`row word-${look.tone}`} style={{ gap: 4 }}>
          <Icon name={look.icon} size={12} {...(look.turns && { className: "turning" })} />
          {look.label ?? state}
        </span>{" "}
        {of > 1 && (
          <span className="number" title={`${ready} of ${of} done`}>
            {ready}/{of}
          </span>
        )}{" "}
        {!several && failures}{" "}
      </div>
      <div className="row under number">
        {several ? (
          // The line above has no room for them next to the numbers of a long list.
          <>
            <Strip counts={itemCounts(all)} /> {failures}{" "}
          </>
        ) : (
          <>
            {durationMs !== undefined && (
              <span title={count > 1 ? "Average time in the handler" : "Time in the handler"}>
                {count > 1 && "⌀ "}
                {duration(durationMs)}
              </span>
            )}{" "}
            {attempts > Math.max(1, count) && (
              <span title={`${attempts} attempts`}>{attempts} attempts</span>
            )}{" "}
          </>
        )}
        {costUsd !== undefined && costUsd > 0 && <span>{usd(costUsd)}</span>}
      </div>
    </>
  );
}

/** The text of a box for screen readers: its visible text, in that order, and the kind of node. */
export function describeNode({ node, block }: Placed, state: NodeState | undefined): string {
  if (!node) return `${block} block`;
  if (!state) return `${node.label} ${node.kind}`;
  const { count, done, failed, durationMs, attempts, costUsd } = state;
  const several = state.items !== undefined && state.items.count > 1;
  const [ready, of] = state.items ? [state.items.done, state.items.count] : [done, count];
  const said = [
    lookOf(state.state).label ?? state.state,
    of > 1 && `${ready}/${of}`,
    failed > 0 && state.state !== "failed" && `${state.items?.failed || failed} failed`,
    !several && durationMs !== undefined && `${count > 1 ? "⌀ " : ""}${duration(durationMs)}`,
    !several && attempts > Math.max(1, count) && `${attempts} attempts`,
    costUsd !== undefined && costUsd > 0 && usd(costUsd),
  ];
  const items = several ? `: ${stripText(itemCounts(state))}` : "";
  return `${[node.label, ...said].filter(Boolean).join(" ")}, ${node.kind}${items}`;
}

export const NODE_TYPES = { box: Box };
