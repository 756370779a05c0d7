import { useCallback } from "react";
import { useParams } from "react-router";
import { useRun, useRunLog } from "../api/queries.ts";
import type { RunDetail } from "../api/types.ts";
import { useFilters } from "../app/filters.ts";
import { WorkflowGraph } from "../graph/workflow-graph.tsx";
import { Json } from "../parts/json.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { nodeOfPath } from "../text/paths.ts";
import { RunOrders } from "./actions.tsx";
import { RunLog } from "./events.tsx";
import { RunFacts } from "./facts.tsx";
import { RunHeading, RunId } from "./heading.tsx";
import { NodePanel } from "./node-panel.tsx";
import { RunNotices } from "./notices.tsx";
import { RunSteps } from "./steps.tsx";
import "./run.css";
import { TimeTravel } from "./time-travel.tsx";
import { RunTimeline } from "./timeline.tsx";

const TABS = ["steps", "timeline", "log", "data", "actions"] as const;
type Tab = (typeof TABS)[number];

/** One run: its current state, or its state at the time of the slider. */
export function RunPage() {
  const { run = "" } = useParams();
  const [{ at, tab, node, item }, setView] = useFilters(["at", "tab", "node", "item"]);
  const detail = useRun(run, at);
  const log = useRunLog(run);
  const travel = useCallback((moment: string | undefined) => setView({ at: moment ?? "" }), [setView]);
  const select = useCallback(
    (chosen: string) => setView({ node: chosen === node ? "" : chosen, item: "" }),
    [node, setView],
  );
  const back = { to: "/runs", name: "Runs" };
  if (detail.data === undefined) {
    return (
      <Page title={run} heading={<span className="mono">{run}</span>} back={back}>
        {detail.error ? <Failed error={detail.error} again={() => void detail.refetch()} /> : <Loading />}
      </Page>
    );
  }
  const shown = detail.data;
  // Addresses of earlier versions have "events".
  const chosen = tab === "events" ? "log" : (TABS.find((one) => one === tab) ?? "steps");
  const known = node !== undefined && shown.graph?.nodes.some(({ id }) => id === node) ? node : undefined;
  return (
    <Page
      title={[shown.workflow, shown.key].filter(Boolean).join(" · ")}
      back={back}
      heading={<RunHeading detail={shown} />}
      under={<RunId detail={shown} />}
      actions={<RunOrders detail={shown} past={at !== undefined} />}
    >
      <RunNotices detail={shown} past={at !== undefined} />
      <RunFacts detail={shown} past={at !== undefined} />
      <section className="card" aria-label="Graph">
        <TimeTravel
          detail={shown}
          log={log.items}
          at={at}
          behind={detail.isPlaceholderData}
          onTravel={travel}
        />
        {shown.graph ? (
          <div className={known === undefined ? "graph-and-panel" : "graph-and-panel open"}>
            <WorkflowGraph
              graph={shown.graph}
              nodes={shown.nodes}
              failed={shown.failedStep === undefined ? undefined : nodeOfStep(shown)}
              selected={known}
              onSelect={select}
            />
            {known !== undefined && (
              <NodePanel
                detail={shown}
                id={known}
                item={item}
                log={log.items}
                past={at !== undefined}
                onItem={(path) => setView({ item: path })}
                onNode={select}
                onLog={() => setView({ tab: "log" })}
                onClose={() => setView({ node: "", item: "" })}
              />
            )}
          </div>
        ) : (
          <Empty icon="workflow" title="This version has no graph">
            <p>Its steps are below. Newer deployments include the graph.</p>
          </Empty>
        )}
      </section>
      <section className="card" aria-label="Details">
        <Tabs<Tab>
          label="Details of the run"
          chosen={chosen}
          onChoose={(name) => setView({ tab: name === "steps" ? "" : name })}
          tabs={[
            { name: "steps", label: "Steps", count: shown.steps.length + (shown.stepsOmitted ?? 0) },
            { name: "timeline", label: "Timeline" },
            { name: "log", label: "Log" },
            { name: "data", label: "Data" },
            { name: "actions", label: "Actions", count: shown.actions.length },
          ]}
        />
        <div role="tabpanel" id={`panel-${chosen}`} aria-labelledby={`tab-${chosen}`}>
          {chosen === "steps" && shown.stepsOmitted !== undefined && (
            <p className="detail" style={{ padding: "12px 16px 0" }}>
              {shown.stepsOmitted} completed steps are not listed here; the graph counts them, and the log
              contains all.
            </p>
          )}
          {chosen === "steps" && <RunSteps detail={shown} />}
          {chosen === "timeline" && <RunTimeline detail={shown} at={at} />}
          {chosen === "log" && <RunLog list={log} detail={shown} at={at} onTravel={travel} />}
          {chosen === "data" && (
            <div className="two" style={{ padding: 16 }}>
              <div className="stack">
                <h2>Input</h2>
                <Json label="Input" value={shown.input} />
              </div>
              <div className="stack">
                <h2>Output</h2>
                {shown.output === undefined ? (
                  <p className="detail">None{shown.endedAt ? "." : " yet."}</p>
                ) : (
                  <Json label="Output" value={shown.output} />
                )}
              </div>
            </div>
          )}
          {chosen === "actions" && <OperatorActions detail={shown} />}
        </div>
      </section>
    </Page>
  );
}

/** The node that made the run fail: by the failure's path, or the first node of that step. */
function nodeOfStep({ failure, failedStep, graph }: RunDetail): string | undefined {
  if (failure?.path !== undefined) return nodeOfPath(failure.path);
  return graph?.nodes.find(({ step }) => step === failedStep)?.id;
}

function OperatorActions({
  detail: { actions },
}: {
  detail: { actions: { action: string; by: string; why: string; at: string }[] };
}) {
  if (actions.length === 0) {
    return (
      <Empty icon="person" title="No operator actions">
        <p>Each pause, resume, retry and termination is listed here, with the operator and the reason.</p>
      </Empty>
    );
  }
  return (
    <ul className="rows">
      {actions.map(({ action, by, why, at }) => (
        <li key={`${at}${action}`} className="row wrap">
          <span className="chip">{action}</span> <strong>{by}</strong>
          <span className="grow wrap-anywhere">{why}</span>
          <time className="detail" dateTime={at}>
            {new Date(at).toLocaleString("en-GB")}
          </time>
        </li>
      ))}
    </ul>
  );
}
