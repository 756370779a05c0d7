import { useState } from "react";
import { Link, useParams } from "react-router";
import { useWorkflows } from "../api/queries.ts";
import type { WorkflowView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { WorkflowGraph } from "../graph/workflow-graph.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { Badge } from "../parts/badge.tsx";
import { Page } from "../parts/page.tsx";
import { Queue } from "../parts/queue.tsx";
import { Settings } from "../parts/settings.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { SubscriberActions } from "../parts/subscriber-actions.tsx";
import { When } from "../parts/time.tsx";
import { StartDialog } from "./start-dialog.tsx";
import { heldState } from "./workflows.tsx";

const BACK = { to: "/workflows", name: "Workflows" };

export function WorkflowPage() {
  const { name = "" } = useParams();
  const workflows = useWorkflows();
  const workflow = workflows.data?.find((one) => one.name === name);
  if (workflow) return <Workflow workflow={workflow} />;
  return (
    <Page title={name} back={BACK}>
      {workflows.isPending ? (
        <Loading />
      ) : workflows.error ? (
        <Failed error={workflows.error} again={() => void workflows.refetch()} />
      ) : (
        <Empty icon="search" title={`There is no workflow ${name}`}>
          <Link to="/workflows">View all workflows</Link>
        </Empty>
      )}
    </Page>
  );
}

function Workflow({ workflow }: { workflow: WorkflowView }) {
  const { can } = useSession();
  const [starting, setStarting] = useState(false);
  const { name, on, deadline, versions, version, graph, paused, drained, inbox } = workflow;
  const state = heldState(workflow);
  const held = paused ?? drained;
  return (
    <Page
      title={name}
      back={BACK}
      heading={
        <span className="row wrap">
          {name} {state !== "active" && <Badge state={state} />}
        </span>
      }
      actions={
        <>
          <Link className="button" to={`/runs?workflow=${encodeURIComponent(name)}`}>
            Runs
          </Link>
          <SubscriberActions name={name} kind="workflow" held={state !== "active"} />
          <ActionButton
            icon="play"
            primary
            allowed={can.operate && on.length > 0}
            onClick={() => setStarting(true)}
          >
            Start a run
          </ActionButton>
        </>
      }
    >
      {held && (
        <p className="notice held">
          <Badge state={state} />
          <span className="wrap-anywhere">
            by <strong>{held.by}</strong>, <When at={held.at} />: {held.why}
          </span>
        </p>
      )}
      <dl className="fact-row">
        <div>
          <dt>Starts on</dt>
          <dd className="row wrap">
            {on.map((event) => (
              <Link key={event} to={`/events/${encodeURIComponent(event)}`} className="mono">
                {event}
              </Link>
            ))}
          </dd>
        </div>
        <div>
          <dt>Deadline</dt>
          <dd>{deadline}</dd>
        </div>
        {graph?.startRules && (
          <div>
            <dt>Starts</dt>
            <dd>{graph.startRules.join("; ")}</dd>
          </div>
        )}
        <div>
          <dt>Queue</dt>
          <dd>
            <Queue queue={inbox} />
          </dd>
        </div>
      </dl>
      <section className="card" aria-label="Graph">
        {graph ? (
          <WorkflowGraph graph={graph} />
        ) : (
          <Empty icon="workflow" title="This version has no graph">
            <p>Newer deployments include the graph.</p>
          </Empty>
        )}
      </section>
      <Settings of="workflow" name={name} />
      <section className="card" aria-labelledby="versions">
        <div className="head">
          <h2 id="versions">Versions</h2>
          <span className="detail">Runs finish on the version they started on.</span>
        </div>
        <ul className="rows">
          {versions.map((one) => (
            <li key={one.version} className="row wrap">
              <span className="mono grow clip" title={one.version}>
                {one.version}
              </span>
              {one.version === version && <span className="chip">current</span>}
              <span className="number">{one.liveRuns} open</span>
              <span className="detail">{one.deployedAt && <When at={one.deployedAt} />}</span>
            </li>
          ))}
        </ul>
      </section>
      {starting && <StartDialog workflow={workflow} onClose={() => setStarting(false)} />}
    </Page>
  );
}
