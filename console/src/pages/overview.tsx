import { Link } from "react-router";
import { useSubscribers } from "../api/queries.ts";
import type { RunSummary } from "../api/types.ts";
import { useAttention, useOpenRuns, useRecentRuns, useTrouble } from "../app/attention.ts";
import { type Need, needsOf, titleOf } from "../app/needs.ts";
import { Answer } from "../parts/answer.tsx";
import { Badge } from "../parts/badge.tsx";
import { Card } from "../parts/card.tsx";
import { Page } from "../parts/page.tsx";
import { RunBadges } from "../parts/run-badges.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { When } from "../parts/time.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { HealthCard } from "./health.tsx";
import "./overview.css";
import { SubscribersCard } from "./subscribers.tsx";
import { Tiles } from "./tiles.tsx";

/** What needs attention, what is running, and the health of the app. */
export function Overview() {
  const isNew = useRecentRuns().data?.items.length === 0;
  // An app may have only reactions, which have no runs.
  const hasRuns = useSubscribers().data?.some(({ kind }) => kind === "workflow") ?? true;
  return (
    <Page title="Overview">
      <Tiles />
      {isNew && hasRuns && <FirstSteps />}
      <div className="two columns">
        <NeedsCard />
        <div className="column">
          {hasRuns && <HealthCard />}
          {hasRuns && <OpenRunsCard />}
          <SubscribersCard />
        </div>
      </div>
    </Page>
  );
}

function NeedsCard() {
  const { approvals, deadLetters, quarantine, breakers } = useAttention();
  const { failed, open, overdue } = useTrouble();
  const subscribers = useSubscribers();
  const openRuns = open.data?.items ?? [];
  const needs = needsOf({
    stuck: openRuns.filter((run) => run.stuck),
    failed: failed.data?.items ?? [],
    overdue: overdue.data?.items ?? [],
    approvals: approvals.items,
    deadLetters: deadLetters.items,
    quarantine: quarantine.items,
    breakers: breakers.data ?? [],
    subscribers: subscribers.data ?? [],
    subjects: subjectsOf(openRuns),
  });
  const error = failed.error ?? open.error;
  const again = () => void Promise.all([failed.refetch(), open.refetch()]);
  return (
    <Card title="Needs attention">
      {failed.isPending || open.isPending ? (
        <Loading lines={4} />
      ) : error ? (
        <Failed error={error} again={again} />
      ) : (
        <Needs needs={needs} />
      )}
    </Card>
  );
}

function subjectsOf(runs: readonly RunSummary[]): Map<string, string> {
  return new Map(runs.flatMap(({ run, key }) => (key === undefined ? [] : [[run, key] as const])));
}

function Needs({ needs }: { needs: Need[] }) {
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

function OpenRunsCard() {
  return (
    <Card title="Running" aside={<Link to="/runs?status=open">All open runs</Link>}>
      <Answer query={useOpenRuns()} lines={4}>
        {({ items }) => <OpenRuns runs={items} />}
      </Answer>
    </Card>
  );
}

function OpenRuns({ runs }: { runs: RunSummary[] }) {
  if (runs.length === 0) {
    return (
      <Empty icon="runs" title="No runs in progress">
        <p>
          <Link to="/events">Send an event</Link> that starts a workflow.
        </p>
      </Empty>
    );
  }
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
