import { useParams } from "react-router";
import { useRun, useRunLog } from "../api/queries.ts";
import type { RunDetail } from "../api/types.ts";
import { Page } from "../parts/page.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { UnloadedPage } from "../parts/unloaded-page.tsx";
import { RunActions } from "./actions.tsx";
import { RunFacts } from "./facts.tsx";
import { RunHeading, RunId } from "./heading.tsx";
import { RunLog } from "./log.tsx";
import { RunNotices } from "./notices.tsx";
import { OperatorActions } from "./operator-actions.tsx";
import { RunData } from "./run-data.tsx";
import { RunGraph } from "./run-graph.tsx";
import { RunSteps } from "./steps.tsx";
import "./run.css";
import { TimeTravel } from "./time-travel.tsx";
import { RunTimeline } from "./timeline.tsx";
import { type RunView, type Tab, useRunView } from "./use-run-view.ts";

const BACK = { to: "/runs", name: "Runs" };

/** One run: its current state, or its state at the time of the slider. */
export function RunPage() {
  const { run = "" } = useParams();
  const view = useRunView();
  const query = useRun(run, view.at);
  const log = useRunLog(run);
  const detail = query.data;
  if (detail === undefined) {
    const heading = <span className="mono">{run}</span>;
    return <UnloadedPage title={run} heading={heading} back={BACK} query={query} />;
  }
  const past = view.at !== undefined;
  return (
    <Page
      title={[detail.workflow, detail.key].filter(Boolean).join(" · ")}
      back={BACK}
      heading={<RunHeading detail={detail} />}
      under={<RunId detail={detail} />}
      actions={<RunActions detail={detail} past={past} />}
    >
      <RunNotices detail={detail} past={past} />
      <RunFacts detail={detail} past={past} />
      <section className="card" aria-label="Graph">
        <TimeTravel
          detail={detail}
          log={log.items}
          at={view.at}
          behind={query.isPlaceholderData}
          onTravel={view.travel}
        />
        <RunGraph detail={detail} log={log.items} view={view} />
      </section>
      <RunDetails detail={detail} log={log} view={view} />
    </Page>
  );
}

/** The steps, the timeline, the log, the data and the operator actions of a run, in tabs. */
function RunDetails({
  detail,
  log,
  view: { tab, at, show, travel },
}: {
  detail: RunDetail;
  log: ReturnType<typeof useRunLog>;
  view: RunView;
}) {
  const contents = {
    steps: () => <RunSteps detail={detail} />,
    timeline: () => <RunTimeline detail={detail} at={at} />,
    log: () => <RunLog list={log} detail={detail} at={at} onTravel={travel} />,
    data: () => <RunData {...detail} />,
    actions: () => <OperatorActions {...detail} />,
  };
  return (
    <section className="card" aria-label="Details">
      <Tabs<Tab>
        label="Details of the run"
        chosen={tab}
        onChoose={(name) => show({ tab: name === "steps" ? "" : name })}
        tabs={[
          { name: "steps", label: "Steps", count: detail.steps.length + (detail.stepsOmitted ?? 0) },
          { name: "timeline", label: "Timeline" },
          { name: "log", label: "Log" },
          { name: "data", label: "Data" },
          { name: "actions", label: "Actions", count: detail.actions.length },
        ]}
      />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        {contents[tab]()}
      </div>
    </section>
  );
}
