import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";
import { Link } from "react-router";
import { useRunLines } from "../api/queries.ts";
import type { LogEntry, RunDetail, StepView } from "../api/types.ts";
import { NODE_ICONS } from "../graph/workflow-graph.tsx";
import { Badge } from "../parts/badge.tsx";
import { Copy } from "../parts/copy.tsx";
import { Icon } from "../parts/icon.tsx";
import { Strip } from "../parts/strip.tsx";
import { When } from "../parts/time.tsx";
import { between, duration } from "../text/duration.ts";
import { usd } from "../text/money.ts";
import { nodeOfPath } from "../text/paths.ts";
import { plural } from "../text/plural.ts";
import { ApprovalNotice } from "./approval-notice.tsx";
import { LogLine } from "./events.tsx";
import { HandlerLine } from "./handler-line.tsx";
import { countStates, type Item, type ItemState, itemsOf, placeNames } from "./items.ts";
import { mergeLog } from "./merge-log.ts";
import { ModelCalls } from "./model-calls.tsx";
import { StepDetail } from "./step-detail.tsx";

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
          <Icon name={NODE_ICONS[node.kind]} /> {node.label}
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
      <Remedies detail={detail} item={chosen} id={id} past={past} />
      {items.length > 1 && <Items items={items} places={places} chosen={chosen?.path} onItem={onItem} />}
      {chosen ? (
        <Chosen
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
      {chosen && <PanelLog detail={detail} item={chosen} log={log} past={past} onLog={onLog} />}
    </aside>
  );
}

/** What happened in one part, and the log lines of its handlers. */
function PanelLog({
  detail,
  item: { path: own, steps },
  log,
  past,
  onLog,
}: {
  detail: RunDetail;
  item: Item;
  log: readonly LogEntry[];
  past: boolean;
  onLog: () => void;
}) {
  const names = [...new Set(steps.map(({ step }) => step))];
  const lines = useRunLines(detail, names.length === 1 ? names[0] : undefined, names.length > 0 && !past);
  const isHere = (path: string | undefined) => path === own || path?.startsWith(`${own}/`) === true;
  const written = (lines.data?.items ?? []).filter(({ path, step }) =>
    path === undefined ? step !== undefined && names.includes(step) : isHere(path),
  );
  const parts = mergeLog(
    log.filter(({ path }) => isHere(path)),
    past ? [] : written,
  );
  if (parts.length === 0) return null;
  return (
    <>
      {!past && <ModelCalls lines={written} />}
      <section aria-label="Log of this part" className="stack" style={{ gap: 4 }}>
        <div className="row wide">
          <h3>Log</h3>
          <button type="button" className="button plain small" onClick={onLog}>
            Open in the log
          </button>
        </div>
        <ol className="rows log short">
          {parts.slice(-MOST_ENTRIES).map((part) => (
            <li key={part.id}>
              {"line" in part ? (
                <HandlerLine line={part.line} since={detail.acceptedAt} />
              ) : (
                <LogLine entry={part.entry} since={detail.acceptedAt} />
              )}
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

const MOST_ENTRIES = 20;

/** The actions for a node that waits, or that stopped the run. */
function Remedies({
  detail: { run, stuckBy, questions, waits },
  item,
  id,
  past,
}: {
  detail: RunDetail;
  item: Item | undefined;
  id: string;
  past: boolean;
}) {
  const here = ({ path }: { path: string }) =>
    item ? path === item.path || path.startsWith(`${item.path}/`) : nodeOfPath(path) === id;
  const asked = questions.filter((question) => question.state === "pending" && here(question));
  return (
    <>
      {stuckBy && here(stuckBy) && (
        <div className="notice bad">
          <Icon name="warning" />
          <p className="grow wrap-anywhere">Its message was dead-lettered: {stuckBy.reason}</p>
          {!past && (
            <Link className="button small" to={`/dead-letters/${encodeURIComponent(stuckBy.deadLetter)}`}>
              Redrive
            </Link>
          )}
        </div>
      )}
      {asked.map((question) => (
        <ApprovalNotice key={`${question.path}${question.level}`} {...{ run, question, past }} />
      ))}
      {waits.filter(here).map(({ path, for: awaited, since }) => (
        <div className="notice busy" key={path}>
          <Icon name="clock" />
          <p className="wrap-anywhere">
            Waits for <strong>{awaited}</strong>, since <When at={since} />.
          </p>
        </div>
      ))}
    </>
  );
}

const ROW = 32;
const SHOWN = 7;

/** The parts of a node, by state and by name; only the visible ones are in the page. */
function Items({
  items,
  places,
  chosen,
  onItem,
}: {
  items: readonly Item[];
  places: readonly string[];
  chosen: string | undefined;
  onItem: (path: string) => void;
}) {
  const counts = countStates(items);
  const [only, setOnly] = useState<ItemState>();
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const shown = items
    .map((item, at) => ({ ...item, place: places[at]! }))
    .filter(
      ({ state, place }) =>
        (only === undefined || state === only) && (wanted === "" || place.toLowerCase().includes(wanted)),
    );
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  return (
    <section aria-label="Parts" className="stack" style={{ gap: 6 }}>
      <Strip counts={counts} />
      <div className="row wrap" role="group" aria-label="States" style={{ gap: 4 }}>
        <button
          type="button"
          className="button small"
          aria-pressed={only === undefined}
          onClick={() => setOnly(undefined)}
        >
          All {items.length.toLocaleString("en")}
        </button>
        {counts.length > 1 &&
          counts.map(({ state, count }) => (
            <button
              key={state}
              type="button"
              className="button small"
              aria-pressed={only === state}
              onClick={() => setOnly(only === state ? undefined : state)}
            >
              {count.toLocaleString("en")} {state}
            </button>
          ))}
        {items.length > 20 && (
          <input
            className="input grow"
            aria-label="Find a part"
            placeholder="Find: 17"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </div>
      <div
        ref={scroll}
        className="items"
        style={{ height: Math.min(SHOWN, Math.max(1, shown.length)) * ROW + 2 }}
      >
        <ul style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const { path, state, steps, place } = shown[index]!;
            return (
              <li
                key={path}
                style={{ position: "absolute", inset: "0 0 auto", transform: `translateY(${start}px)` }}
              >
                <button
                  type="button"
                  className="button plain item"
                  aria-pressed={path === chosen}
                  onClick={() => onItem(path)}
                >
                  <Badge state={state} />
                  <span className="grow clip">{place}</span>
                  <span className="detail number">{attemptsOf(steps)}</span>
                </button>
              </li>
            );
          })}
        </ul>
      </div>
    </section>
  );
}

function attemptsOf(steps: readonly StepView[]): string {
  const further = steps.reduce((sum, { attempt }) => sum + Math.max(0, attempt - 1), 0);
  return further > 0 ? `${further} retried` : "";
}

function Chosen({
  item: { steps },
  place,
  asOf,
  run,
  past,
}: {
  item: Item;
  place: string | undefined;
  asOf: string;
  run: string;
  past: boolean;
}) {
  if (steps.length === 1) {
    return (
      <div className="stack">
        {place !== undefined && <h3>{place}</h3>}
        <StepDetail step={steps[0]!} run={run} live={!past} />
      </div>
    );
  }
  return (
    <div className="stack" style={{ gap: 4 }}>
      {place !== undefined && <h3>{place}</h3>}
      {steps.map((step) => (
        <Call key={`${step.path}${step.direction}`} step={step} asOf={asOf} run={run} past={past} />
      ))}
    </div>
  );
}

/** One of several steps, closed; its details are read when it is opened. */
function Call({ step, asOf, run, past }: { step: StepView; asOf: string; run: string; past: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="opens" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <Icon name="forward" size={12} className="arrow" />
        <Badge state={step.direction === "undo" && step.state === "done" ? "undone" : step.state} />
        <span className="grow clip">
          <strong>{step.step}</strong>
          {step.direction === "undo" && <span className="detail"> (undo)</span>}
        </span>
        <span className="detail number">
          {step.startedAt && between(step.startedAt, step.endedAt ?? asOf)}
        </span>
      </summary>
      {open && (
        <div className="stack inside">
          <StepDetail step={step} run={run} live={!past} />
        </div>
      )}
    </details>
  );
}
