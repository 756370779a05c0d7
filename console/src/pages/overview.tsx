import { Link } from "react-router";
import { countOf, useAttention, useNeverRun, useTrouble } from "../app/attention.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { When } from "../parts/time.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { RunBadges } from "./runs.tsx";

/** What needs attention, and what is running. */
export function Overview() {
  const { approvals, deadLetters, quarantine, breakers } = useAttention();
  const { failed, open, overdue } = useTrouble();
  const stuck = open.data?.items.filter((run) => run.stuck) ?? [];
  const openBreakers = breakers.data?.filter(({ state }) => state !== "closed") ?? [];
  const count = (page: { items: unknown[]; next?: string | undefined } | undefined) =>
    page && `${page.items.length}${page.next ? "+" : ""}`;
  const fresh = useNeverRun(open.data?.items.length === 0 && failed.data?.items.length === 0);
  return (
    <Page title="Overview">
      <ul className="tiles" aria-label="What needs attention">
        <Tile to="/approvals" icon="approval" name="Approvals" figure={figureOf(approvals)} tone="asks" />
        <Tile
          to="/runs?status=failed"
          icon="cross"
          name="Failed in 24 h"
          figure={count(failed.data)}
          tone="loud"
        />
        <Tile
          to="/runs?status=open"
          icon="warning"
          name="Stuck runs"
          figure={open.data && String(stuck.length)}
          tone="loud"
        />
        <Tile
          to="/deliveries?show=overdue"
          icon="clock"
          name="Overdue"
          figure={count(overdue.data)}
          tone="loud"
        />
        <Tile
          to="/dead-letters"
          icon="deadLetter"
          name="Dead letters"
          figure={figureOf(deadLetters)}
          tone="loud"
        />
        <Tile
          to="/quarantine"
          icon="quarantine"
          name="Quarantine"
          figure={figureOf(quarantine)}
          tone="loud"
        />
        <Tile
          to="/breakers"
          icon="breaker"
          name="Open breakers"
          figure={breakers.data && String(openBreakers.length)}
          tone="loud"
        />
        <Tile to="/runs?status=open" icon="runs" name="Open runs" figure={count(open.data)} />
      </ul>
      {fresh && <FirstSteps />}
      <div className="two">
        <section className="card" aria-labelledby="needs">
          <div className="head">
            <h2 id="needs">Needs attention</h2>
          </div>
          <Needs
            runs={[...stuck, ...(failed.data?.items ?? [])].slice(0, 8)}
            pending={failed.isPending || open.isPending}
            error={failed.error ?? open.error}
            again={() => {
              void failed.refetch();
              void open.refetch();
            }}
          />
        </section>
        <section className="card" aria-labelledby="going">
          <div className="head">
            <h2 id="going">Running</h2>
            <Link to="/runs">All runs</Link>
          </div>
          {open.isPending ? (
            <Loading lines={4} />
          ) : open.error ? (
            <Failed error={open.error} again={() => void open.refetch()} />
          ) : open.data.items.length === 0 ? (
            <Empty icon="runs" title="No runs in progress">
              <p>
                <Link to="/events">Send an event</Link> that starts a workflow.
              </p>
            </Empty>
          ) : (
            <RunList runs={open.data.items.slice(0, 8)} />
          )}
        </section>
      </div>
    </Page>
  );
}

function figureOf(list: {
  items: readonly unknown[];
  hasNextPage: boolean;
  isPending: boolean;
}): string | undefined {
  return list.isPending ? undefined : countOf(list);
}

function Tile({
  to,
  icon,
  name,
  figure,
  tone,
}: {
  to: string;
  icon: IconName;
  name: string;
  figure: string | undefined;
  tone?: "loud" | "asks";
}) {
  const some = figure !== undefined && figure !== "0";
  return (
    <li>
      <Link to={to} className={`card tile${some && tone ? ` ${tone}` : ""}`}>
        <span className="row">
          <Icon name={icon} size={14} /> {name}
        </span>
        <span className="figure number">{figure ?? "–"}</span>
      </Link>
    </li>
  );
}

type Runs = Parameters<typeof RunBadges>[0]["run"][];

function Needs({
  runs,
  pending,
  error,
  again,
}: {
  runs: Runs;
  pending: boolean;
  error: unknown;
  again: () => void;
}) {
  if (pending) return <Loading lines={4} />;
  if (error) return <Failed error={error} again={again} />;
  if (runs.length === 0) {
    return (
      <Empty icon="check" title="No problems">
        <p>No run is stuck, and no run failed in the last 24 hours.</p>
      </Empty>
    );
  }
  return <RunList runs={runs} />;
}

function RunList({ runs }: { runs: Runs }) {
  return (
    <ul className="rows">
      {runs.map((run) => (
        <li key={run.run}>
          <Link to={`/runs/${encodeURIComponent(run.run)}`} className="row">
            <RunBadges run={run} />
            <span className="grow clip mono">{run.run}</span>
            {run.error && <span className="detail clip">{run.error}</span>}
            <span className="detail">
              <When at={run.endedAt ?? run.acceptedAt} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
