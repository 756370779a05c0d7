import { useState } from "react";
import { Link } from "react-router";
import type { ApprovalView, RunDetail, StepView, WaitView } from "../api/types.ts";
import { Badge } from "../parts/badge.tsx";
import { Icon } from "../parts/icon.tsx";
import { PathText } from "../parts/path.tsx";
import { Empty } from "../parts/states.tsx";
import { Strip } from "../parts/strip.tsx";
import { usd } from "../text/money.ts";
import { nodeOfPath } from "../text/paths.ts";
import { plural } from "../text/plural.ts";
import { exactTime } from "../text/time.ts";
import { countStates } from "./items.ts";
import { StepDetail } from "./step-detail.tsx";
import { entriesOf, type StepEntry } from "./step-entries.ts";
import { timeOf } from "./step-time.ts";

/** The initial number: an `each` may have thousands. */
const AT_FIRST = 200;

/** Steps, approvals and waits by start time. Many calls of one step are a group. */
export function RunSteps({ detail }: { detail: RunDetail }) {
  const [all, setAll] = useState(false);
  const entries = entriesOf(detail);
  const shown = all ? entries : entries.slice(0, AT_FIRST);
  if (entries.length === 0) {
    return (
      <Empty icon="workflow" title="No step had started">
        <p>Steps appear here when a worker starts them.</p>
      </Empty>
    );
  }
  return (
    <>
      {detail.stepsOmitted !== undefined && (
        <p className="detail" style={{ padding: "12px 16px 0" }}>
          {detail.stepsOmitted} completed steps are not listed here; the graph counts them, and the log
          contains all.
        </p>
      )}
      <ul className="rows">
        {shown.map((entry) => (
          <li key={entry.key}>
            <Entry entry={entry} detail={detail} />
          </li>
        ))}
      </ul>
      {shown.length < entries.length && (
        <p className="bar">
          <button type="button" className="button" onClick={() => setAll(true)}>
            Show all {plural(entries.length, "entry", "entries")}
          </button>
        </p>
      )}
    </>
  );
}

function Entry({ entry, detail }: { entry: StepEntry; detail: RunDetail }) {
  if (entry.kind === "step") return <Step step={entry.step} asOf={detail.asOf} run={detail.run} />;
  if (entry.kind === "approval") return <Approval question={entry.question} />;
  if (entry.kind === "wait") return <Wait wait={entry.wait} />;
  return <Group entry={entry} detail={detail} />;
}

function Approval({
  question: { run, path, approval, state, decision, askedAt, progress },
}: {
  question: ApprovalView;
}) {
  return (
    <div className="row wrap single">
      <Badge
        state={
          decision
            ? decision.approved
              ? "approved"
              : "rejected"
            : state === "pending"
              ? "pending"
              : "stopped"
        }
      />
      <span className="grow wrap-anywhere">
        <Link to={`/approvals/${encodeURIComponent(run)}/${encodeURIComponent(path)}`}>
          <strong>{approval}</strong>
        </Link>{" "}
        <span className="detail mono">
          <PathText text={path} />
        </span>{" "}
        {decision ? (
          <span>
            {decision.decidedBy}
            {decision.note && `: ${decision.note}`}
          </span>
        ) : (
          state === "pending" && (progress ? `has to decide: ${progress}` : "has to decide")
        )}
      </span>
      <span className="detail number">requested {exactTime(askedAt)}</span>
    </div>
  );
}

function Wait({ wait: { path, for: what, since } }: { wait: WaitView }) {
  return (
    <div className="row wrap single">
      <Badge state="waiting" />
      <span className="grow wrap-anywhere">
        for <strong>{what}</strong>{" "}
        <span className="detail mono">
          <PathText text={path} />
        </span>
      </span>
      <span className="detail number">since {exactTime(since)}</span>
    </div>
  );
}

/** The calls of one step, closed: how many are in which state. */
function Group({
  entry: { name, steps },
  detail: { asOf, run, nodes },
}: {
  entry: StepEntry & { kind: "group" };
  detail: RunDetail;
}) {
  const [open, setOpen] = useState(false);
  const [all, setAll] = useState(false);
  const counts = countStates(steps.map(({ state }) => ({ state: state === "deferred" ? "waiting" : state })));
  const shown = all ? steps : steps.slice(0, AT_FIRST);
  const [{ path, direction }] = steps as [StepView];
  const worst = counts[0]!.state;
  // Failures that its list tolerates are not those of the node.
  const isNodes = worst === "failed" && direction === "do";
  const state = (isNodes && nodes[nodeOfPath(path)]?.state) || worst;
  return (
    <details className="opens calls" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <Icon name="forward" size={12} className="arrow" />
        <Badge state={state} />
        <span className="clip">
          <strong>{name}</strong> <span className="chip number">×{steps.length.toLocaleString("en")}</span>
        </span>
        <span className="grow">
          <Strip counts={counts} />
        </span>
        <span className="detail number">
          {counts.map(({ state, count }) => `${count.toLocaleString("en")} ${state}`).join(", ")}
        </span>
      </summary>
      {open && (
        <ul className="rows nested">
          {shown.map((step) => (
            <li key={step.path}>
              <Step step={step} asOf={asOf} run={run} />
            </li>
          ))}
          {shown.length < steps.length && (
            <li className="bar">
              <button type="button" className="button" onClick={() => setAll(true)}>
                Show all {plural(steps.length, "call")}
              </button>
            </li>
          )}
        </ul>
      )}
    </details>
  );
}

function Step({ step: view, asOf, run }: { step: StepView; asOf: string; run: string }) {
  const [open, setOpen] = useState(false);
  const { path, step, direction, state, attempt, failure, costUsd } = view;
  return (
    <details className="opens" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
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
        {costUsd !== undefined && costUsd > 0 && <span className="detail number cost">{usd(costUsd)}</span>}
        <span className="detail number end">{timeOf(view, asOf)}</span>
      </summary>
      {open && (
        <div className="stack inside">
          <StepDetail step={view} run={run} />
        </div>
      )}
    </details>
  );
}
