import { useRunLines } from "../api/queries.ts";
import type { LogEntry, RunDetail } from "../api/types.ts";
import { useFilters } from "../app/filters.ts";
import { lookOf } from "../design/status.ts";
import { FilterSelect } from "../parts/filter-select.tsx";
import { Icon } from "../parts/icon.tsx";
import { Json } from "../parts/json.tsx";
import { PathText } from "../parts/path.tsx";
import { Search } from "../parts/search.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import type { Loaded } from "../table/loaded.ts";
import { HandlerLine } from "./handler-line.tsx";
import { LineTime } from "./line-time.tsx";
import { filterLines, filterLog, nodesIn } from "./log-filter.ts";
import { mergeLog } from "./merge-log.ts";

const KINDS = [
  { value: "events", text: "Kind: events" },
  { value: "lines", text: "Kind: handler output" },
];

/**
 * Everything that happened to the run, in order, filtered by a node or a search. Entries after the displayed
 * time are dimmed.
 */
export function RunLog({
  list,
  detail,
  at,
  onTravel,
}: {
  list: Loaded<LogEntry>;
  detail: RunDetail;
  at: string | undefined;
  onTravel: (at: string) => void;
}) {
  const [{ node, log, level, kind }, setFilters] = useFilters(["node", "log", "level", "kind"]);
  const lines = useRunLines(detail, undefined, kind !== "events");
  if (list.isPending) return <Loading lines={6} />;
  if (list.error && list.items.length === 0)
    return <Failed error={list.error} again={() => void list.refetch()} />;
  if (list.items.length === 0) {
    return (
      <Empty icon="event" title="No log entries for this run">
        <p>Entries appear within a second or two. Runs that are older than the log have none.</p>
      </Empty>
    );
  }
  const filter = { node, text: log, errors: level === "errors" };
  const written = lines.data?.items ?? [];
  const shown = mergeLog(
    kind === "lines" ? [] : filterLog(list.items, filter),
    kind === "events" ? [] : filterLines(written, filter),
  );
  const count = list.items.length + (kind === "events" ? 0 : written.length);
  return (
    <>
      <div className="filters in-card" role="search" aria-label="Log">
        <Search label="Text" value={log} onChange={(value) => setFilters({ log: value })} />
        <FilterSelect
          label="Step"
          value={node}
          options={nodesIn(list.items)}
          onChange={(value) => setFilters({ node: value, item: "" } as { node: string })}
        />
        <FilterSelect
          label="Kind"
          value={kind}
          options={KINDS}
          onChange={(value) => setFilters({ kind: value })}
        />
        <label className="row">
          <input
            type="checkbox"
            checked={level === "errors"}
            onChange={({ target }) => setFilters({ level: target.checked ? "errors" : "" })}
          />
          Errors only
        </label>
        <span className="detail number" role="status">
          {shown.length === count ? "" : `${shown.length} of ${count}`}
          {lines.data?.more && " More lines were written than are shown."}
        </span>
      </div>
      {lines.error && <Failed error={lines.error} again={() => void lines.refetch()} />}
      {shown.length === 0 && (
        <Empty icon="search" title="No matching entries">
          <p>Change or clear the filters.</p>
        </Empty>
      )}
      <ol className="rows log">
        {shown.map((part) => (
          <li key={part.id} className={at !== undefined && part.at > at ? "later" : ""}>
            {"line" in part ? (
              <HandlerLine line={part.line} since={detail.acceptedAt} />
            ) : (
              <LogLine entry={part.entry} since={detail.acceptedAt} onTravel={onTravel} />
            )}
          </li>
        ))}
      </ol>
      {list.hasNextPage && (
        <p className="bar">
          <button
            type="button"
            className="button"
            disabled={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Show more
          </button>
        </p>
      )}
    </>
  );
}

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
