import { Link } from "react-router";
import { useWorkflows } from "../api/queries.ts";
import type { WorkflowView } from "../api/types.ts";
import { useRecentRuns } from "../app/attention.ts";
import { type Health, healthOf } from "../app/health.ts";
import { Badge } from "../parts/badge.tsx";
import { Page } from "../parts/page.tsx";
import { Queue } from "../parts/queue.tsx";
import { Empty } from "../parts/states.tsx";
import type { Column } from "../table/columns.ts";
import { whole } from "../table/loaded.ts";
import { Table } from "../table/table.tsx";
import { FailedRuns, took } from "./health.tsx";

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

/** A workflow, and the health of its runs among the newest. */
interface Row extends WorkflowView {
  health: Health;
}

const COLUMNS: Column<Row>[] = [
  { header: "Workflow", width: "minmax(0, 1.2fr)", cell: ({ name }) => name },
  { header: "State", width: "110px", cell: (workflow) => <Badge state={heldState(workflow)} /> },
  {
    header: "Starts on",
    width: "minmax(0, 1.3fr)",
    cell: ({ on }) => <span className="mono">{on.join(", ")}</span>,
    wide: true,
    spare: true,
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
    header: "Recent runs",
    width: "88px",
    cell: ({ health }) => <span className="number">{health.runs}</span>,
    end: true,
    wide: true,
    spare: true,
  },
  {
    header: "Failed",
    width: "76px",
    cell: ({ health }) => <FailedRuns of={health} />,
    end: true,
    wide: true,
  },
  {
    header: "Median",
    width: "76px",
    cell: ({ health }) => <span className="number">{took(health.median)}</span>,
    end: true,
    wide: true,
    spare: true,
  },
  {
    header: "Queue",
    width: "minmax(0, 0.7fr)",
    cell: ({ inbox }) => <Queue queue={inbox} />,
    wide: true,
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
    wide: true,
    spare: true,
  },
];

export function Workflows() {
  const workflows = useWorkflows();
  const runs = useRecentRuns().data?.items ?? [];
  const rows = workflows.data?.map((workflow) => ({
    ...workflow,
    health: healthOf(
      workflow.name,
      runs.filter((run) => run.workflow === workflow.name),
    ),
  }));
  return (
    <Page title="Workflows" fills>
      <div className="card fill">
        <Table
          label="Workflows"
          list={whole({ ...workflows, data: rows })}
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
