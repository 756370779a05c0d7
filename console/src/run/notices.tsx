import { Link } from "react-router";
import type { RunDetail } from "../api/types.ts";
import { Icon } from "../parts/icon.tsx";

/** The most important facts about a run, with links to act on them; past states have no links. */
export function RunNotices({ detail, past }: { detail: RunDetail; past: boolean }) {
  const { stuckBy, failure, failedStep, questions, paused, orders, run } = detail;
  const pending = questions.filter(({ state }) => state === "pending");
  const pause = orders.findLast(({ action }) => action === "pause" || action === "paused");
  return (
    <>
      {stuckBy && (
        <div className="notice bad">
          <Icon name="warning" />
          <p className="grow wrap-anywhere">
            <strong>Stuck at {stuckBy.path}.</strong> A message was dead-lettered: {stuckBy.reason} The run
            continues when you redrive the message, and fails when you discard it.
          </p>
          {!past && (
            <Link className="button small" to={`/dead-letters/${encodeURIComponent(stuckBy.deadLetter)}`}>
              View the dead letter
            </Link>
          )}
        </div>
      )}
      {failure && (
        <div className="notice bad">
          <Icon name="cross" />
          <p className="wrap-anywhere">
            <strong>{failure.error}</strong>
            {failedStep && ` in ${failedStep}`}: {failure.cause}
          </p>
        </div>
      )}
      {pending.map(({ approval, path, why, level }) => (
        <div className="notice busy" key={`${path}${level}`}>
          <Icon name="person" />
          <p className="grow wrap-anywhere">
            <strong>{approval}</strong> has to decide{why ? `: ${why}` : "."}
          </p>
          {!past && (
            <Link
              className="button small primary"
              to={`/approvals/${encodeURIComponent(run)}/${encodeURIComponent(path)}`}
            >
              Decide
            </Link>
          )}
        </div>
      ))}
      {paused && (
        <div className="notice held">
          <Icon name="pause" />
          <p className="wrap-anywhere">
            <strong>Paused.</strong> No step starts. Running steps finish.
            {pause && ` By ${pause.by}: ${pause.why}`}
          </p>
        </div>
      )}
    </>
  );
}
