import { useState } from "react";
import { Link, useParams } from "react-router";
import { useWorkflows } from "../api/queries.ts";
import type { WorkflowView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { WorkflowGraph } from "../graph/workflow-graph.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { ActionNotice } from "../parts/action-notice.tsx";
import { Answer } from "../parts/answer.tsx";
import { Badge } from "../parts/badge.tsx";
import { Card } from "../parts/card.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { Page } from "../parts/page.tsx";
import { Queue } from "../parts/queue.tsx";
import { Empty } from "../parts/states.tsx";
import { SubscriberActions } from "../parts/subscriber-actions.tsx";
import { When } from "../parts/time.tsx";
import { Settings } from "../settings/settings.tsx";
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
      <Answer query={workflows}>
        {() => (
          <Empty icon="search" title={`There is no workflow ${name}`}>
            <Link to="/workflows">View all workflows</Link>
          </Empty>
        )}
      </Answer>
    </Page>
  );
}

function Workflow({ workflow }: { workflow: WorkflowView }) {
  const { can } = useSession();
  const [starting, setStarting] = useState(false);
  const { name, on, graph } = workflow;
  const state = heldState(workflow);
  const held = workflow.paused ?? workflow.drained;
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
      {held && <ActionNotice state={state} action={held} held />}
      <WorkflowFacts workflow={workflow} />
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
      <Versions workflow={workflow} />
      {starting && <StartDialog workflow={workflow} onClose={() => setStarting(false)} />}
    </Page>
  );
}

function WorkflowFacts({ workflow: { on, deadline, graph, inbox } }: { workflow: WorkflowView }) {
  return (
    <Facts>
      <Fact name="Starts on">
        <span className="row wrap">
          {on.map((event) => (
            <Link key={event} to={`/events/${encodeURIComponent(event)}`} className="mono">
              {event}
            </Link>
          ))}
        </span>
      </Fact>
      <Fact name="Deadline">{deadline}</Fact>
      <Fact name="Queue">
        <Queue queue={inbox} />
      </Fact>
      {graph?.startRules && <Fact name="Starts">{graph.startRules.join("; ")}</Fact>}
    </Facts>
  );
}

function Versions({ workflow: { version: current, versions } }: { workflow: WorkflowView }) {
  return (
    <Card
      title="Versions"
      aside={<span className="detail">Runs finish on the version they started on.</span>}
    >
      <ul className="rows">
        {versions.map(({ version, liveRuns, deployedAt }) => (
          <li key={version} className="row wrap">
            <span className="mono grow clip" title={version}>
              {version}
            </span>
            {version === current && <span className="chip">current</span>}
            <span className="number">{liveRuns} open</span>
            <span className="detail">{deployedAt && <When at={deployedAt} />}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
