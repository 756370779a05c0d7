import type { LogEntry } from "../api/types.ts";
import { lookOf } from "../design/status.ts";
import { Icon } from "../parts/icon.tsx";
import { Json } from "../parts/json.tsx";
import { PathText } from "../parts/path.tsx";
import { LineTime } from "./line-time.tsx";
import "./log.css";

/** An entry of a log, which opens to its data. */
export function LogLine({
  entry,
  run,
  since,
  onTravel,
}: {
  entry: LogEntry;
  /** The title of its run, where entries of several runs are shown. */
  run?: string | undefined;
  since: string;
  onTravel?: (at: string) => void;
}) {
  const { at, name, path, epoch, id, source, causation, data } = entry;
  const look = lookOf(stateOf(name));
  return (
    <details className="opens">
      <summary>
        <Icon name="forward" size={12} className="arrow" />
        <LineTime at={at} since={since} />
        <span className={`row word-${look.tone}`}>
          <Icon name={look.icon} size={13} />
        </span>
        <strong>{name}</strong>
        <span className="grow clip detail mono path">
          {run && `${run} `}
          <PathText text={path ?? ""} />
        </span>
        {failureIn(data) && <span className="word-bad clip message">{failureIn(data)}</span>}
        {epoch > 1 && <span className="chip">epoch {epoch}</span>}
      </summary>
      <div className="stack inside">
        <dl className="facts">
          <dt>Id</dt>
          <dd className="mono">{id}</dd>
          <dt>Source</dt>
          <dd>{source}</dd>
          {causation && (
            <>
              <dt>Caused by</dt>
              <dd className="mono">{causation}</dd>
            </>
          )}
        </dl>
        <Json label={`Data of ${name}`} value={data} />
        {onTravel && (
          <p>
            <button type="button" className="button small" onClick={() => onTravel(at)}>
              <Icon name="clock" /> Show the run at this time
            </button>
          </p>
        )}
      </div>
    </details>
  );
}

/** The look of an event: "step.completed" looks like "done". */
function stateOf(name: string): string {
  const what = name.slice(name.lastIndexOf(".") + 1);
  const states: Record<string, string> = {
    completed: "done",
    met: "done",
    decided: "decided",
    started: "running",
    requested: name.startsWith("approval") ? "pending" : "accepted",
    raised: "pending",
    begun: "waiting",
    opened: "open",
    resumed: "running",
    unstuck: "running",
    late: "undone",
  };
  return states[what] ?? what;
}

/** "TypeError: …", if an entry is about a failure. */
function failureIn(data: LogEntry["data"]): string | undefined {
  const { name, message } = (data.failure ?? data) as { name?: unknown; message?: unknown };
  return typeof name === "string" && typeof message === "string" ? `${name}: ${message}` : undefined;
}
