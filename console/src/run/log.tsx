import { useRunLines } from "../api/queries.ts";
import type { LogEntry, RunDetail } from "../api/types.ts";
import { useFilters } from "../app/filters.ts";
import { ListAnswer } from "../parts/answer.tsx";
import { FilterSelect } from "../parts/filter-select.tsx";
import { Search } from "../parts/search.tsx";
import { Empty, Failed } from "../parts/states.tsx";
import type { Loaded } from "../table/loaded.ts";
import { HandlerLine } from "./handler-line.tsx";
import { filterLines, filterLog, nodesIn } from "./log-filter.ts";
import { LogLine } from "./log-line.tsx";
import { type LogPart, mergeLog } from "./merge-log.ts";

const KINDS = [
  { value: "events", text: "Kind: events" },
  { value: "lines", text: "Kind: handler output" },
];

interface RunLogProps {
  list: Loaded<LogEntry>;
  detail: RunDetail;
  at: string | undefined;
  onTravel: (at: string) => void;
}

/**
 * Everything that happened to the run, in order, filtered by a node or a search. Entries after the displayed
 * time are dimmed.
 */
export function RunLog(props: RunLogProps) {
  return (
    <ListAnswer list={props.list}>
      {(entries) =>
        entries.length === 0 ? (
          <Empty icon="event" title="No log entries for this run">
            <p>Entries appear within a second or two. Runs that are older than the log have none.</p>
          </Empty>
        ) : (
          <Filtered entries={entries} {...props} />
        )
      }
    </ListAnswer>
  );
}

function Filtered({ entries, detail, at, onTravel }: RunLogProps & { entries: readonly LogEntry[] }) {
  const [filters, setFilters] = useFilters(["node", "log", "level", "kind"]);
  const { node, log, level, kind } = filters;
  const lines = useRunLines(detail, undefined, kind !== "events");
  const filter = { node, text: log, errors: level === "errors" };
  const written = lines.data?.items ?? [];
  const shown = mergeLog(
    kind === "lines" ? [] : filterLog(entries, filter),
    kind === "events" ? [] : filterLines(written, filter),
  );
  const count = entries.length + (kind === "events" ? 0 : written.length);
  return (
    <>
      <div className="filters in-card" role="search" aria-label="Log">
        <Search label="Text" value={log} onChange={(value) => setFilters({ log: value })} />
        <FilterSelect
          label="Step"
          value={node}
          options={nodesIn(entries)}
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
            <Part part={part} since={detail.acceptedAt} onTravel={onTravel} />
          </li>
        ))}
      </ol>
    </>
  );
}

function Part({ part, since, onTravel }: { part: LogPart; since: string; onTravel: (at: string) => void }) {
  if ("line" in part) return <HandlerLine line={part.line} since={since} />;
  return <LogLine entry={part.entry} since={since} onTravel={onTravel} />;
}
