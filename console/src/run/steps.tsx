import { useState } from "react";
import type { StepView, WaitView } from "../api/types.ts";
import { Badge } from "../parts/badge.tsx";
import { Icon } from "../parts/icon.tsx";
import { Json } from "../parts/json.tsx";
import { Empty } from "../parts/states.tsx";
import { between } from "../text/duration.ts";
import { usd } from "../text/money.ts";
import { plural } from "../text/plural.ts";
import { exactTime } from "../text/time.ts";

/** So many at first: an `each` may have thousands. */
const AT_FIRST = 200;

/** The steps in the order in which they began, each opening to its result, failure and attempts. */
export function RunSteps({
  steps,
  waits,
  node,
  asOf,
  onAll,
}: {
  steps: StepView[];
  waits: WaitView[];
  node: string | undefined;
  asOf: string;
  onAll: () => void;
}) {
  const [all, setAll] = useState(false);
  const sorted = steps.toSorted((a, b) => beginOf(a).localeCompare(beginOf(b)));
  const shown = all ? sorted : sorted.slice(0, AT_FIRST);
  return (
    <>
      {node !== undefined && (
        <p className="row bar">
          Only <span className="chip mono">{node}</span>
          <button type="button" className="button plain small" onClick={onAll}>
            Show all steps
          </button>
        </p>
      )}
      {waits.length > 0 && node === undefined && (
        <ul className="rows">
          {waits.map(({ path, for: what, since }) => (
            <li key={path} className="row wrap">
              <Badge state="waiting" />
              <span className="mono wrap-anywhere">{path}</span>
              <span className="grow">
                for <strong>{what}</strong>
              </span>
              <span className="detail number">since {exactTime(since)}</span>
            </li>
          ))}
        </ul>
      )}
      {sorted.length === 0 ? (
        <Empty
          icon="workflow"
          title={node === undefined ? "No step had started" : "No step of this node had started"}
        >
          <p>Steps appear here when a worker starts them.</p>
        </Empty>
      ) : (
        <ul className="rows">
          {shown.map((step) => (
            <li key={`${step.path}#${step.direction}`}>
              <Step step={step} asOf={asOf} />
            </li>
          ))}
        </ul>
      )}
      {shown.length < sorted.length && (
        <p className="bar">
          <button type="button" className="button" onClick={() => setAll(true)}>
            Show all {plural(sorted.length, "step")}
          </button>
        </p>
      )}
    </>
  );
}

function beginOf({ queuedAt, startedAt }: StepView): string {
  return startedAt ?? queuedAt ?? "";
}

function Step({ step: view, asOf }: { step: StepView; asOf: string }) {
  const { path, step, direction, state, attempt, queuedAt, startedAt, endedAt, failure, result, costUsd } =
    view;
  return (
    <details className="opens">
      <summary>
        <Icon name="forward" size={12} className="arrow" />
        <Badge state={direction === "undo" && state === "done" ? "undone" : state} />
        <span className="grow clip">
          <strong>{step}</strong>
          {path !== step && <span className="detail mono"> {path}</span>}
          {direction === "undo" && <span className="detail"> (undo)</span>}
        </span>
        {failure && state !== "done" && (
          <span className="word-bad clip message">
            {failure.name}: {failure.message}
          </span>
        )}
        {view.reusedFrom !== undefined && <span className="chip">done in epoch {view.reusedFrom}</span>}
        {attempt > 1 && (
          <span className="chip number" title={`${attempt} attempts`}>
            ×{attempt}
          </span>
        )}
        {costUsd !== undefined && costUsd > 0 && <span className="detail number">{usd(costUsd)}</span>}
        <span className="detail number end">{startedAt && between(startedAt, endedAt ?? asOf)}</span>
      </summary>
      <div className="stack inside">
        <dl className="facts">
          <dt>Path</dt>
          <dd className="mono">{path}</dd>
          {queuedAt && (
            <>
              <dt>Queued</dt>
              <dd className="number">
                {exactTime(queuedAt)}
                {startedAt && <span className="detail">, started after {between(queuedAt, startedAt)}</span>}
              </dd>
            </>
          )}
          {startedAt && (
            <>
              <dt>Started</dt>
              <dd className="number">{exactTime(startedAt)}</dd>
            </>
          )}
          {endedAt && (
            <>
              <dt>Ended</dt>
              <dd className="number">{exactTime(endedAt)}</dd>
            </>
          )}
        </dl>
        {view.attempts.length > 1 && (
          <div className="stack" style={{ gap: 4 }}>
            <h3>Attempts</h3>
            <ol className="attempts">
              {view.attempts.map((one) => (
                <li key={one.attempt} className="row wrap">
                  <span className="chip number">{one.attempt}</span>
                  <span className="number">{exactTime(one.startedAt)}</span>
                  {one.endedAt && (
                    <span className="detail number">{between(one.startedAt, one.endedAt)}</span>
                  )}
                  {one.failure && (
                    <span className="word-bad wrap-anywhere">
                      {one.failure.name}: {one.failure.message}
                    </span>
                  )}
                </li>
              ))}
            </ol>
          </div>
        )}
        {failure && (
          <p className="notice bad">
            <Icon name="cross" />
            <span className="wrap-anywhere">
              <strong>{failure.name}</strong>: {failure.message}
            </span>
          </p>
        )}
        {result !== undefined && <Json label={`Result of ${step}`} value={result} />}
      </div>
    </details>
  );
}
