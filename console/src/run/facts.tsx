import { Link } from "react-router";
import type { RunDetail } from "../api/types.ts";
import { Fact, Facts } from "../parts/facts.tsx";
import { Took, When } from "../parts/time.tsx";
import { usd } from "../text/money.ts";
import { plural } from "../text/plural.ts";

/** The main facts about a run, in a few words each. */
export function RunFacts({ detail, past }: { detail: RunDetail; past: boolean }) {
  return (
    <Facts>
      <Origin detail={detail} />
      <Course detail={detail} past={past} />
      <Rules detail={detail} />
      <Relatives detail={detail} />
    </Facts>
  );
}

/** Of which workflow it is, and what started it. */
function Origin({
  detail: { workflow, version, mode, handedOver, batch, event, key },
}: {
  detail: RunDetail;
}) {
  return (
    <>
      <Fact name="Workflow">
        <Link to={`/workflows/${encodeURIComponent(workflow)}`}>{workflow}</Link>{" "}
        <span className="detail mono" title={`Version ${version}`}>
          {version.slice(0, 8)}
        </span>
      </Fact>
      {mode === "express" && (
        <Fact name="Mode">
          express{" "}
          <span className="detail" title={handedOver}>
            {handedOver === undefined ? "no execution" : "handed over to an execution"}
          </span>
        </Fact>
      )}
      <Fact name="Started by">
        {batch ? <BatchEvents events={batch} /> : <EventLink event={event} text={event.name} />}
      </Fact>
      {key !== undefined && (
        <Fact name="Subject">
          <Link to={`/runs?workflow=${encodeURIComponent(workflow)}&key=${encodeURIComponent(key)}`}>
            {key}
          </Link>
        </Fact>
      )}
    </>
  );
}

/** Its times, its cost and its correlation. */
function Course({
  detail: { acceptedAt, endedAt, asOf, cost, event },
  past,
}: {
  detail: RunDetail;
  past: boolean;
}) {
  return (
    <>
      <Fact name="Accepted">
        <When at={acceptedAt} exact />
      </Fact>
      <Fact name={endedAt || past ? "Duration" : "Running for"}>
        <Took from={acceptedAt} to={endedAt ?? (past ? asOf : undefined)} />
      </Fact>
      {cost?.usd !== undefined && (
        <Fact name="Cost">
          <span className="number">
            {usd(cost.usd)}
            {cost.limitUsd !== undefined && <span className="detail"> of {usd(cost.limitUsd)}</span>}
          </span>
        </Fact>
      )}
      <Fact name="Correlation">
        <Link to={`/correlations/${encodeURIComponent(event.correlation)}`} className="mono">
          {event.correlation.slice(0, 12)}
        </Link>
      </Fact>
    </>
  );
}

/** What operators had set when it was accepted, and the limit in which it is. */
function Rules({ detail: { settings, switches, limit } }: { detail: RunDetail }) {
  return (
    <>
      {settings && (
        <Fact name="Settings">
          <span className="wrap-anywhere">{valuesOf(settings.values)}</span>{" "}
          <span className="detail">revision {settings.revision}</span>
        </Fact>
      )}
      {switches && (
        <Fact name="Switches">
          <span className="wrap-anywhere">{valuesOf(switches)}</span>
        </Fact>
      )}
      {limit && (
        <Fact name="Shared limit">
          {limit.name} <span className="detail">as {limit.key}</span>
        </Fact>
      )}
    </>
  );
}

/** The runs that called it, and that it called; and its compensation. */
function Relatives({ detail: { parent, children, compensation } }: { detail: RunDetail }) {
  return (
    <>
      {parent && (
        <Fact name="Called by">
          <Link to={`/runs/${encodeURIComponent(parent.run)}`} className="mono">
            {parent.run}
          </Link>{" "}
          <span className="detail">at {parent.path}</span>
        </Fact>
      )}
      {children.length > 0 && (
        <Fact name="Calls">
          <span className="row wrap">
            {children.map((child) => (
              <Link key={child} to={`/runs/${encodeURIComponent(child)}`} className="mono">
                {child}
              </Link>
            ))}
          </span>
        </Fact>
      )}
      {compensation && (
        <Fact name="Undone">
          {compensation.undone}
          {compensation.failed > 0 && <span className="word-bad">, {compensation.failed} failed</span>}
          {compensation.open && <span className="detail">, in progress</span>}
        </Fact>
      )}
    </>
  );
}

/** "deadline 1 hour, perKey.starts 5" */
function valuesOf(values: Record<string, string | number | boolean>): string {
  const all = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  return all.length === 0 ? "as defined" : all.join(", ");
}

type StartedBy = Pick<RunDetail["event"], "id" | "name" | "source">;

function EventLink({ event, text }: { event: StartedBy; text: string }) {
  return (
    <Link
      to={`/deliveries?event=${encodeURIComponent(event.id)}`}
      title={`Event ${event.id} from ${event.source}`}
    >
      {text}
    </Link>
  );
}

/** The events of a batch, each with its deliveries. */
function BatchEvents({ events }: { events: readonly StartedBy[] }) {
  return (
    <details>
      <summary>a batch of {plural(events.length, "event")}</summary>
      <span className="row wrap">
        {events.map((event) => (
          <EventLink key={event.id} event={event} text={`${event.name} ${event.id.slice(0, 12)}`} />
        ))}
      </span>
    </details>
  );
}
