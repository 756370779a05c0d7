import { Link } from "react-router";
import { useWorkflows } from "../api/queries.ts";
import type { WorkflowView } from "../api/types.ts";
import { Badge } from "../parts/badge.tsx";
import { Page } from "../parts/page.tsx";
import { Queue } from "../parts/queue.tsx";
import { Empty } from "../parts/states.tsx";
import { type Column, Table, whole } from "../parts/table.tsx";

/** The state of a workflow or another subscriber: paused, draining or active. */
export function heldState({
  paused,
  drained,
}: {
  paused?: unknown;
  drained?: unknown;
}): "paused" | "draining" | "active" {
  if (paused) return "paused";
  return drained ? "draining" : "active";
}

const COLUMNS: Column<WorkflowView>[] = [
  { header: "Workflow", width: "minmax(0, 1.2fr)", cell: ({ name }) => name },
  { header: "State", width: "110px", cell: (workflow) => <Badge state={heldState(workflow)} /> },
  {
    header: "Starts on",
    width: "minmax(0, 1fr)",
    cell: ({ on }) => <span className="mono">{on.join(", ")}</span>,
    desk: true,
  },
  {
    header: "Open runs",
    width: "76px",
    cell: ({ versions }) => (
      <span className="number">{versions.reduce((sum, { liveRuns }) => sum + liveRuns, 0)} open</span>
    ),
    end: true,
  },
  {
    header: "Queue",
    width: "minmax(0, 1fr)",
    cell: ({ inbox }) => <Queue queue={inbox} />,
    desk: true,
  },
  {
    header: "Version",
    width: "104px",
    cell: ({ version, versions }) => (
      <span className="mono" title={version}>
        {version.slice(0, 8)}
        {versions.length > 1 && <span className="detail"> +{versions.length - 1}</span>}
      </span>
    ),
    end: true,
    desk: true,
  },
];

export function Workflows() {
  const workflows = useWorkflows();
  return (
    <Page title="Workflows" fills>
      <div className="card fill">
        <Table
          label="Workflows"
          list={whole(workflows)}
          columns={COLUMNS}
          keyOf={({ name }) => name}
          linkOf={({ name }) => `/workflows/${encodeURIComponent(name)}`}
          empty={
            <Empty icon="workflow" title="No workflows deployed">
              <p>
                Define one, add it to <code>workflows/index.ts</code>, and deploy. See also{" "}
                <Link to="/events">the events</Link>.
              </p>
            </Empty>
          }
        />
      </div>
    </Page>
  );
}
