import { Link } from "react-router";
import { useSubscribers } from "../api/queries.ts";
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
import { Badge } from "../parts/badge.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { duration } from "../text/duration.ts";
import { usd } from "../text/money.ts";
import { plural } from "../text/plural.ts";
import { relative } from "../text/time.ts";

/** With fewer runs, a rate or a share means nothing. */
const FEWEST = 5;
const percent = (share: number) => `${share > 0 && share < 0.01 ? "<1" : Math.round(share * 100)} %`;
export const took = (milliseconds: number | undefined) =>
  milliseconds === undefined ? "–" : duration(milliseconds);

/** Rate, failures and durations of the newest runs, over time and by workflow. */
export function HealthCard() {
  const recent = useRecentRuns();
  const now = useNow();
  const runs = recent.data?.items ?? [];
  const all = healthOf("all", runs);
  const first = runs.at(-1)?.acceptedAt;
  const cost = costToday(runs, now, recent.data?.next !== undefined);
  return (
    <section className="card" aria-labelledby="health">
      <div className="head">
        <h2 id="health">Health</h2>
        {first !== undefined && (
          <span className="detail">
            {recent.data?.next ? `the last ${plural(runs.length, "run")}` : plural(runs.length, "run")}, since{" "}
            {relative(first, now)}
          </span>
        )}
      </div>
      {recent.isPending ? (
        <Loading lines={4} />
      ) : recent.error ? (
        <Failed error={recent.error} again={() => void recent.refetch()} />
      ) : first === undefined ? (
        <Empty icon="runs" title="No runs yet" />
      ) : (
        <>
          <dl className="facts-line">
            <Figure
              name="Rate"
              value={runs.length < FEWEST ? "–" : rateText(runs.length, now - Date.parse(first))}
            />
            <Figure
              name="Failed"
              value={all.ended < FEWEST ? `${all.failed} of ${all.ended}` : percent(all.failedShare)}
              bad={all.failed > 0}
            />
            <Figure name="Median" value={took(all.median)} />
            <Figure name="95 %" value={took(all.slow)} />
            {cost && <Figure name="Cost today" value={`${usd(cost.usd)}${cost.isPart ? "+" : ""}`} />}
          </dl>
          <History buckets={bucketsOf(runs, now)} />
          <p className="row wide detail history-scale" aria-hidden="true">
            <span>{relative(first, now)}</span>
            <span className="row">
              <i className="fill-good" /> succeeded <i className="fill-busy" /> open{" "}
              <i className="fill-bad" /> failed
            </span>
            <span>now</span>
          </p>
          <table className="plain-table">
            <Heads first="Workflow" numbers={["Runs", "Failed", "Median", "95 %"]} />
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
        </>
      )}
    </section>
  );
}

/** How many runs failed, and the share of those that ended. */
export function FailedRuns({ of: { ended, failed, failedShare } }: { of: Health }) {
  const share = ended < FEWEST ? ` of ${ended}` : `, ${percent(failedShare)}`;
  return (
    <span className={`number${failed > 0 ? " word-bad" : ""}`}>{failed === 0 ? "0" : failed + share}</span>
  );
}

/** The heads of a table whose columns after the first are numbers. */
function Heads({ first, numbers }: { first: string; numbers: readonly string[] }) {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {numbers.map((name) => (
          <th scope="col" className="end" key={name}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
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
        <span
          key={bucket.from}
          title={[
            new Date(bucket.from).toLocaleString("en-GB"),
            `${bucket.succeeded} succeeded, ${bucket.failed} failed, ${bucket.open} open`,
            bucket.median !== undefined && `median ${duration(bucket.median)}`,
          ]
            .filter(Boolean)
            .join("\n")}
        >
          <i className="fill-good" style={{ height: `${(bucket.succeeded / most) * 100}%` }} />
          <i className="fill-busy" style={{ height: `${(bucket.open / most) * 100}%` }} />
          <i className="fill-bad" style={{ height: `${(bucket.failed / most) * 100}%` }} />
        </span>
      ))}
    </div>
  );
}

/** The backlog of each subscriber: those that are behind first. */
export function SubscribersCard() {
  const subscribers = useSubscribers();
  const behind = (one: NonNullable<typeof subscribers.data>[number]) =>
    one.overdue * 1e6 + (one.queue?.dead ?? 0) * 1e3 + (one.queue?.backlog ?? 0);
  const sorted = (subscribers.data ?? []).toSorted(
    (a, b) => behind(b) - behind(a) || a.name.localeCompare(b.name),
  );
  return (
    <section className="card" aria-labelledby="subscribers">
      <div className="head">
        <h2 id="subscribers">Subscribers</h2>
        <Link to="/map">Flow map</Link>
      </div>
      {subscribers.isPending ? (
        <Loading lines={4} />
      ) : subscribers.error ? (
        <Failed error={subscribers.error} again={() => void subscribers.refetch()} />
      ) : (
        <table className="plain-table">
          <Heads first="Subscriber" numbers={["Backlog", "Oldest", "Overdue", "Dead"]} />
          <tbody>
            {sorted.map(({ name, kind, queue, overdue, paused, drained }) => (
              <tr key={name}>
                <td>
                  {kind === "workflow" ? (
                    <Link to={`/workflows/${encodeURIComponent(name)}`}>{name}</Link>
                  ) : (
                    name
                  )}{" "}
                  {(paused || drained) && <Badge state={paused ? "paused" : "draining"} />}
                </td>
                <td className="end number">{queue ? queue.backlog.toLocaleString("en") : "–"}</td>
                <td className="end number">
                  {queue?.oldestSeconds !== undefined && queue.backlog > 0
                    ? duration(queue.oldestSeconds * 1000)
                    : "–"}
                </td>
                <td className={overdue > 0 ? "end number word-bad" : "end number"}>
                  {overdue > 0 ? (
                    <Link to={`/deliveries?show=overdue&subscriber=${encodeURIComponent(name)}`}>
                      {overdue}
                    </Link>
                  ) : (
                    0
                  )}
                </td>
                <td className={queue && queue.dead > 0 ? "end number word-bad" : "end number"}>
                  {queue && queue.dead > 0 ? <Link to="/dead-letters">{queue.dead}</Link> : 0}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
