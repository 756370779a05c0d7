import { Link } from "react-router";
import { useSubscribers } from "../api/queries.ts";
import type { RunSummary } from "../api/types.ts";
import { countOf, useAttention, useOpenRuns, useRecentRuns, useTrouble } from "../app/attention.ts";
import { type Need, needsOf, titleOf } from "../app/needs.ts";
import { Badge } from "../parts/badge.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Page } from "../parts/page.tsx";
import { RunBadges } from "../parts/run-badges.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { When } from "../parts/time.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { HealthCard, SubscribersCard } from "./health.tsx";

/** What needs attention, what is running, and the health of the app. */
export function Overview() {
  const { approvals, deadLetters, quarantine, breakers } = useAttention();
  const { failed, open, overdue } = useTrouble();
  const running = useOpenRuns();
  const subscribers = useSubscribers();
  const stuck = open.data?.items.filter((run) => run.stuck) ?? [];
  const openBreakers = breakers.data?.filter(({ state }) => state !== "closed") ?? [];
  const count = (page: { items: unknown[]; next?: string | undefined } | undefined) =>
    page && `${page.items.length}${page.next ? "+" : ""}`;
  const fresh = useRecentRuns().data?.items.length === 0;
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
          name="Breakers"
          figure={breakers.data && String(openBreakers.length)}
          tone="loud"
        />
        <Tile to="/runs?status=open" icon="runs" name="Open runs" figure={count(open.data)} />
      </ul>
      {fresh && <FirstSteps />}
      <div className="two columns">
        <section className="card" aria-labelledby="needs">
          <div className="head">
            <h2 id="needs">Needs attention</h2>
          </div>
          <Needs
            needs={needsOf({
              stuck,
              failed: failed.data?.items ?? [],
              overdue: overdue.data?.items ?? [],
              approvals: approvals.items,
              deadLetters: deadLetters.items,
              quarantine: quarantine.items,
              breakers: breakers.data ?? [],
              subscribers: subscribers.data ?? [],
              subjects: subjectsOf(open.data?.items ?? []),
            })}
            pending={failed.isPending || open.isPending}
            error={failed.error ?? open.error}
            again={() => {
              void failed.refetch();
              void open.refetch();
            }}
          />
        </section>
        <div className="column">
          <HealthCard />
          <section className="card" aria-labelledby="going">
            <div className="head">
              <h2 id="going">Running</h2>
              <Link to="/runs?status=open">All open runs</Link>
            </div>
            {running.isPending ? (
              <Loading lines={4} />
            ) : running.error ? (
              <Failed error={running.error} again={() => void running.refetch()} />
            ) : running.data.items.length === 0 ? (
              <Empty icon="runs" title="No runs in progress">
                <p>
                  <Link to="/events">Send an event</Link> that starts a workflow.
                </p>
              </Empty>
            ) : (
              <RunList runs={running.data.items} />
            )}
          </section>
          <SubscribersCard />
        </div>
      </div>
    </Page>
  );
}

function subjectsOf(runs: readonly RunSummary[]): Map<string, string> {
  return new Map(runs.flatMap(({ run, key }) => (key === undefined ? [] : [[run, key] as const])));
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
        <span className="name">{name}</span>
        <span className="row wide">
          <span className="figure number">{figure ?? "–"}</span>
          <Icon name={icon} size={14} />
        </span>
      </Link>
    </li>
  );
}

function Needs({
  needs,
  pending,
  error,
  again,
}: {
  needs: Need[];
  pending: boolean;
  error: unknown;
  again: () => void;
}) {
  if (pending) return <Loading lines={4} />;
  if (error) return <Failed error={error} again={again} />;
  if (needs.length === 0) {
    return (
      <Empty icon="check" title="No problems">
        <p>
          No run is stuck or failed in the last 24 hours. Nothing is quarantined, dead-lettered, overdue or
          undecided.
        </p>
      </Empty>
    );
  }
  return (
    <ul className="rows">
      {needs.map(({ kind, key, state, title, detail, run, at, to, remedy }) => (
        <li key={`${kind} ${key}`}>
          <Link to={to} className="row need" title={run}>
            <span className="lead">
              <Badge state={state} />
            </span>
            <span className="grow what">
              <strong className="clip">{title}</strong>
              {detail !== "" && (
                <span className="detail clip" title={detail}>
                  {detail}
                </span>
              )}
            </span>
            {at !== undefined && (
              <span className="detail">
                <When at={at} />
              </span>
            )}
            <span className="button small">{remedy}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function RunList({ runs }: { runs: RunSummary[] }) {
  return (
    <ul className="rows">
      {runs.map((run) => (
        <li key={run.run}>
          <Link to={`/runs/${encodeURIComponent(run.run)}`} className="row need" title={run.run}>
            <span className="lead">
              <RunBadges run={run} />
            </span>
            <span className="grow what">
              <strong className="clip">{titleOf(run)}</strong>
              {run.waiting?.[0] && <span className="detail clip">for {run.waiting[0].for}</span>}
            </span>
            <span className="detail">
              <When at={run.acceptedAt} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
