import { useRunLines } from "../api/queries.ts";
import type { LogEntry, RunDetail } from "../api/types.ts";
import { HandlerLine } from "./handler-line.tsx";
import type { Item } from "./items.ts";
import { LogLine } from "./log-line.tsx";
import { mergeLog } from "./merge-log.ts";
import { ModelCalls } from "./model-calls.tsx";

/** What happened in one part, and the log lines of its handlers. */
export function NodeLog({
  detail,
  item: { path: own, steps },
  log,
  past,
  onLog,
}: {
  detail: RunDetail;
  item: Item;
  log: readonly LogEntry[];
  past: boolean;
  onLog: () => void;
}) {
  const names = [...new Set(steps.map(({ step }) => step))];
  const lines = useRunLines(detail, names.length === 1 ? names[0] : undefined, names.length > 0 && !past);
  const isHere = (path: string | undefined) => path === own || path?.startsWith(`${own}/`) === true;
  const written = (lines.data?.items ?? []).filter(({ path, step }) =>
    path === undefined ? step !== undefined && names.includes(step) : isHere(path),
  );
  const parts = mergeLog(
    log.filter(({ path }) => isHere(path)),
    past ? [] : written,
  );
  if (parts.length === 0) return null;
  return (
    <>
      {!past && <ModelCalls lines={written} />}
      <section aria-label="Log of this part" className="stack" style={{ gap: 4 }}>
        <div className="row wide">
          <h3>Log</h3>
          <button type="button" className="button plain small" onClick={onLog}>
            Open in the log
          </button>
        </div>
        <ol className="rows log">
          {parts.slice(-MOST_ENTRIES).map((part) => (
            <li key={part.id}>
              {"line" in part ? (
                <HandlerLine line={part.line} since={detail.acceptedAt} />
              ) : (
                <LogLine entry={part.entry} since={detail.acceptedAt} />
              )}
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

const MOST_ENTRIES = 20;
