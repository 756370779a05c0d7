import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Page, RunSummary } from "../api/types.ts";
import { useRecentRuns } from "../app/attention.ts";
import {
  type Bucket,
  bucketsOf,
  costToday,
  type Health,
  healthByWorkflow,
  healthOf,
  rateText,
} from "../app/health.ts";
import { useNow } from "../app/now.ts";
import { Answer } from "../parts/answer.tsx";
import { Card } from "../parts/card.tsx";
import { NumberHeads } from "../parts/number-heads.tsx";
import { Empty } from "../parts/states.tsx";
import { duration } from "../text/duration.ts";
import { usd } from "../text/money.ts";
import { plural } from "../text/plural.ts";
import { relative } from "../text/time.ts";
import "./health.css";

/** With fewer runs, a rate or a share means nothing. */
const FEWEST = 5;
const percent = (share: number) => `${share > 0 && share < 0.01 ? "<1" : Math.round(share * 100)} %`;
export const took = (milliseconds: number | undefined) =>
  milliseconds === undefined ? "–" : duration(milliseconds);

/** Rate, failures and durations of the newest runs, over time and by workflow. */
export function HealthCard() {
  const recent = useRecentRuns();
  return (
    <Card title="Health" aside={recent.data && <Basis page={recent.data} />}>
      <Answer query={recent} lines={4}>
        {(page) =>
          page.items.length === 0 ? <Empty icon="runs" title="No runs yet" /> : <Figures page={page} />
        }
      </Answer>
    </Card>
  );
}

/** The runs that the figures are about. */
function Basis({ page: { items, next } }: { page: Page<RunSummary> }) {
  const now = useNow();
  const first = items.at(-1);
  if (first === undefined) return null;
  const runs = plural(items.length, "run");
  return (
    <span className="detail">
      {next ? `the last ${runs}` : runs}, since {relative(first.acceptedAt, now)}
    </span>
  );
}

function Figures({ page: { items: runs, next } }: { page: Page<RunSummary> }): ReactNode {
  const now = useNow();
  const first = runs.at(-1)!.acceptedAt;
  const all = healthOf("all", runs);
  const cost = costToday(runs, now, next !== undefined);
  const rate = runs.length < FEWEST ? "–" : rateText(runs.length, now - Date.parse(first));
  const failed = all.ended < FEWEST ? `${all.failed} of ${all.ended}` : percent(all.failedShare);
  return (
    <>
      <dl className="facts-line">
        <Figure name="Rate" value={rate} />
        <Figure name="Failed" value={failed} bad={all.failed > 0} />
        <Figure name="Median" value={took(all.median)} />
        <Figure name="95 %" value={took(all.slow)} />
        {cost && <Figure name="Cost today" value={`${usd(cost.usd)}${cost.isPart ? "+" : ""}`} />}
      </dl>
      <History buckets={bucketsOf(runs, now)} />
      <p className="row wide detail history-scale" aria-hidden="true">
        <span>{relative(first, now)}</span>
        <span className="row">
          <i className="fill-good" /> succeeded <i className="fill-busy" /> open <i className="fill-bad" />{" "}
          failed
        </span>
        <span>now</span>
      </p>
      <WorkflowTable runs={runs} />
    </>
  );
}

function WorkflowTable({ runs }: { runs: RunSummary[] }) {
  return (
    <table className="plain-table">
      <NumberHeads first="Workflow" numbers={["Runs", "Failed", "Median", "95 %"]} />
      <tbody>
        {healthByWorkflow(runs).map((health) => (
          <tr key={health.name}>
            <td>
              <Link to={`/runs?workflow=${encodeURIComponent(health.name)}`}>{health.name}</Link>
            </td>
            <td className="end number">{health.runs}</td>
            <td className="end">
              <FailedRuns of={health} />
            </td>
            <td className="end number">{took(health.median)}</td>
            <td className="end number">{took(health.slow)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How many runs failed, and the share of those that ended. */
export function FailedRuns({ of: { ended, failed, failedShare } }: { of: Health }) {
  const share = ended < FEWEST ? ` of ${ended}` : `, ${percent(failedShare)}`;
  return (
    <span className={`number${failed > 0 ? " word-bad" : ""}`}>{failed === 0 ? "0" : failed + share}</span>
  );
}

function Figure({ name, value, bad = false }: { name: string; value: string; bad?: boolean }) {
  return (
    <div>
      <dt className="detail">{name}</dt>
      <dd className={`figure number${bad ? " word-bad" : ""}`}>{value}</dd>
    </div>
  );
}

/** Runs by the time of acceptance: a bar for each part of the period. */
function History({ buckets }: { buckets: Bucket[] }) {
  const most = Math.max(1, ...buckets.map(({ succeeded, failed, open }) => succeeded + failed + open));
  const failed = buckets.reduce((sum, bucket) => sum + bucket.failed, 0);
  return (
    <div
      className="history"
      role="img"
      aria-label={`Runs over time: at most ${most} in one of ${buckets.length} parts, ${failed} failed`}
    >
      {buckets.map((bucket) => (
        <span key={bucket.from} title={describeBucket(bucket)}>
          <i className="fill-good" style={{ height: `${(bucket.succeeded / most) * 100}%` }} />
          <i className="fill-busy" style={{ height: `${(bucket.open / most) * 100}%` }} />
          <i className="fill-bad" style={{ height: `${(bucket.failed / most) * 100}%` }} />
        </span>
      ))}
    </div>
  );
}

function describeBucket({ from, succeeded, failed, open, median }: Bucket): string {
  return [
    new Date(from).toLocaleString("en-GB"),
    `${succeeded} succeeded, ${failed} failed, ${open} open`,
    median !== undefined && `median ${duration(median)}`,
  ]
    .filter(Boolean)
    .join("\n");
}
