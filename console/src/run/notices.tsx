import { Link } from "react-router";
import type { RunDetail } from "../api/types.ts";
import { Code } from "../parts/code.tsx";
import { Icon } from "../parts/icon.tsx";
import { When } from "../parts/time.tsx";
import { ApprovalNotice } from "./approval-notice.tsx";
import { RetryEdited } from "./retry-edited.tsx";

/** The most important facts about a run, with links to act on them; past states have no links. */
export function RunNotices({ detail, past }: { detail: RunDetail; past: boolean }) {
  const { stuckBy, failure, questions, paused, actions, run, waiting, steps } = detail;
  const code = steps.find(({ path, state }) => path === failure?.path && state === "failed")?.failure?.code;
  const events = waiting?.filter(({ by }) => by !== "person") ?? [];
  const pending = questions.filter(({ state }) => state === "pending");
  const pause = actions.findLast(({ action }) => action === "pause" || action === "paused");
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
          <div className="grow stack" style={{ gap: 8, minWidth: 0 }}>
            <p className="wrap-anywhere">
              <strong>{failure.summary}</strong>
            </p>
            {code !== undefined && <Code text={code} label="Code around the error" />}
            {!past && <RetryEdited detail={detail} />}
          </div>
        </div>
      )}
      {pending.map((question) => (
        <ApprovalNotice
          key={`${question.path}${question.level}`}
          {...{ run, question, past, why: question.why }}
        />
      ))}
      {events.map(({ path, for: awaited, by, since }) => (
        <div className="notice busy" key={path}>
          <Icon name={by === "run" ? "child" : "event"} />
          <p className="grow wrap-anywhere">
            Waits for <strong>{awaited}</strong>, since <When at={since} />. No step runs meanwhile.
          </p>
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
