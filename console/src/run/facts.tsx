import type { ReactNode } from "react";
import { Link } from "react-router";
import type { RunDetail } from "../api/types.ts";
import { Took, When } from "../parts/time.tsx";
import { usd } from "../text/money.ts";
import { plural } from "../text/plural.ts";

/** The main facts about a run, in a few words each. */
export function RunFacts({ detail, past }: { detail: RunDetail; past: boolean }) {
  const { workflow, version, event, key, acceptedAt, endedAt, cost, parent, children, compensation, asOf } =
    detail;
  const { mode, handedOver, batch, settings, switches, limit } = detail;
  return (
    <dl className="fact-row">
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
    </dl>
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

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
