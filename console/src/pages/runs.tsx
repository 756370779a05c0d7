import { Link } from "react-router";
import type { RunSummary } from "../api/types.ts";
import { useFilters } from "../app/filters.ts";
import { Icon } from "../parts/icon.tsx";
import { Page } from "../parts/page.tsx";
import { RunBadges } from "../parts/run-badges.tsx";
import { Empty } from "../parts/states.tsx";
import { Took, When } from "../parts/time.tsx";
import type { Column } from "../table/columns.ts";
import { Table } from "../table/table.tsx";
import { usd } from "../text/money.ts";
import { plural } from "../text/plural.ts";
import { RUN_FILTERS, RunFilterBar } from "./run-filters.tsx";
import { RunViews } from "./run-views.tsx";
import { useRuns } from "./use-runs.ts";

const RUN_COLUMNS: Column<RunSummary>[] = [
  {
    header: "Run",
    width: "minmax(0, 1.8fr)",
    cell: ({ run, workflow, key }) => (
      <span title={run}>
        <strong>{workflow}</strong>
        {key !== undefined && <span className="subject"> · {key}</span>}
      </span>
    ),
  },
  { header: "Status", width: "minmax(0, 1.4fr)", cell: (run) => <RunBadges run={run} /> },
  {
    header: "Error or wait",
    width: "minmax(0, 1.6fr)",
    cell: ({ error, failedStep, waiting }) => {
      if (error) {
        return (
          <span title={failedStep ? `${error} in ${failedStep}` : error}>
            {error} {failedStep && <span className="detail">in {failedStep}</span>}
          </span>
        );
      }
      const [first, ...others] = waiting ?? [];
      return (
        first && (
          <span className="detail" title={waiting!.map((one) => one.for).join(", ")}>
            for {first.for}
            {others.length > 0 && ` and ${others.length} more`}
          </span>
        )
      );
    },
    fills: true,
  },
  {
    header: "Id",
    width: "minmax(0, 0.8fr)",
    cell: ({ run, workflow }) => (
      <span className="mono detail" title={run}>
        {run.startsWith(`${workflow}-`) ? run.slice(workflow.length + 1) : run}
      </span>
    ),
    wide: true,
    spare: true,
  },
  {
    header: "Cost",
    width: "64px",
    cell: ({ cost }) => <span className="number">{cost?.usd !== undefined && usd(cost.usd)}</span>,
    end: true,
    wide: true,
    spare: true,
  },
  {
    header: "Duration",
    width: "84px",
    cell: ({ acceptedAt, endedAt }) => <Took from={acceptedAt} to={endedAt} />,
    end: true,
    spare: true,
  },
  { header: "Accepted", width: "84px", cell: ({ acceptedAt }) => <When at={acceptedAt} />, end: true },
];

export function Runs() {
  const [filters, setFilters] = useFilters(RUN_FILTERS);
  const { list, newer, again } = useRuns(filters);
  const isFiltered = RUN_FILTERS.some((name) => filters[name] !== undefined);
  return (
    <Page
      title="Runs"
      fills
      actions={
        <span role="status" className="detail">
          {newer > 0 ? (
            <button type="button" className="button small" onClick={again}>
              <Icon name="retry" /> {plural(newer, "new run")}
            </button>
          ) : (
            list.items.length > 0 &&
            `${plural(list.items.length, "run")} loaded${list.hasNextPage ? ", more below" : ""}`
          )}
        </span>
      }
    >
      <RunViews />
      <RunFilterBar filters={filters} onChange={setFilters} />
      <div className="card fill">
        <Table
          label="Runs"
          list={list}
          columns={RUN_COLUMNS}
          keyOf={({ run }) => run}
          linkOf={({ run }) => `/runs/${encodeURIComponent(run)}`}
          empty={isFiltered ? <NoMatch /> : <NoRuns />}
        />
      </div>
    </Page>
  );
}

function NoMatch() {
  return (
    <Empty icon="search" title="No matching runs">
      <p>Change or clear the filters.</p>
    </Empty>
  );
}

function NoRuns() {
  return (
    <Empty icon="event" title="No runs yet">
      <p>A run starts when the event of a workflow arrives.</p>
      <div className="row">
        <Link className="button primary" to="/events">
          Send your first event
        </Link>
      </div>
    </Empty>
  );
}
