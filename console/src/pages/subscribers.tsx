import { Link } from "react-router";
import { useSubscribers } from "../api/queries.ts";
import type { SubscriberView } from "../api/types.ts";
import { Answer } from "../parts/answer.tsx";
import { Badge } from "../parts/badge.tsx";
import { Card } from "../parts/card.tsx";
import { NumberHeads } from "../parts/number-heads.tsx";
import { duration } from "../text/duration.ts";

/** The backlog of each subscriber: those that are behind first. */
export function SubscribersCard() {
  return (
    <Card title="Subscribers" aside={<Link to="/map">Flow map</Link>}>
      <Answer query={useSubscribers()} lines={4}>
        {(subscribers) => (
          <table className="plain-table">
            <NumberHeads first="Subscriber" numbers={["Backlog", "Oldest", "Overdue", "Dead"]} />
            <tbody>
              {byDelay(subscribers).map((subscriber) => (
                <Subscriber key={subscriber.name} {...subscriber} />
              ))}
            </tbody>
          </table>
        )}
      </Answer>
    </Card>
  );
}

function byDelay(subscribers: readonly SubscriberView[]): SubscriberView[] {
  const behind = ({ overdue, queue }: SubscriberView) =>
    overdue * 1e6 + (queue?.dead ?? 0) * 1e3 + (queue?.backlog ?? 0);
  return subscribers.toSorted((a, b) => behind(b) - behind(a) || a.name.localeCompare(b.name));
}

function Subscriber({ name, kind, queue, overdue, paused, drained }: SubscriberView) {
  const { backlog, oldestSeconds, dead = 0 } = queue ?? {};
  return (
    <tr>
      <td>
        {kind === "workflow" ? <Link to={`/workflows/${encodeURIComponent(name)}`}>{name}</Link> : name}{" "}
        {(paused || drained) && <Badge state={paused ? "paused" : "draining"} />}
      </td>
      <td className="end number">{backlog?.toLocaleString("en") ?? "–"}</td>
      <td className="end number">
        {backlog && oldestSeconds !== undefined ? duration(oldestSeconds * 1000) : "–"}
      </td>
      <BadNumber value={overdue} to={`/deliveries?show=overdue&subscriber=${encodeURIComponent(name)}`} />
      <BadNumber value={dead} to="/dead-letters" />
    </tr>
  );
}

/** A number that should be 0; otherwise a link to what it counts. */
function BadNumber({ value, to }: { value: number; to: string }) {
  return (
    <td className={value > 0 ? "end number word-bad" : "end number"}>
      {value > 0 ? <Link to={to}>{value}</Link> : 0}
    </td>
  );
}
