import { ApiError } from "../api/client.ts";
import { useStepInput } from "../api/queries.ts";
import type { StepView } from "../api/types.ts";
import { Code } from "../parts/code.tsx";
import { Icon } from "../parts/icon.tsx";
import { Json } from "../parts/json.tsx";
import { PathText } from "../parts/path.tsx";
import { between } from "../text/duration.ts";
import { exactTime } from "../text/time.ts";
import { ModelText } from "./model-text.tsx";
import "./log.css";

/**
 * When a step ran, each attempt with its error, and its result. `live` also shows what a model writes for it
 * now.
 */
export function StepDetail({
  step: view,
  run,
  live = false,
}: {
  step: StepView;
  run: string;
  live?: boolean;
}) {
  const { path, step, direction, failure, result, attempts, state } = view;
  const isUndo = direction === "undo";
  return (
    <>
      <Times step={view} />
      {attempts.length > 1 && <Attempts attempts={attempts} />}
      {!isUndo && state === "running" && live && <ModelText run={run} path={path} />}
      {!isUndo && <StepInput run={run} path={path} name={step} />}
      {failure && <FailureText failure={failure} past={state === "done"} />}
      {result !== undefined && (
        <div className="stack" style={{ gap: 4 }}>
          <h3>Result</h3>
          <Json label={`Result of ${step}`} value={result} />
        </div>
      )}
    </>
  );
}

function Times({ step: { path, queuedAt, startedAt, endedAt, attempts } }: { step: StepView }) {
  const first = attempts[0]?.startedAt ?? startedAt;
  return (
    <dl className="facts">
      <dt>Path</dt>
      <dd className="mono">
        <PathText text={path} />
      </dd>
      {queuedAt && (
        <>
          <dt>Queued</dt>
          <dd className="number">
            {exactTime(queuedAt)}
            {first && <span className="detail">, started after {between(queuedAt, first)}</span>}
          </dd>
        </>
      )}
      {first && (
        <>
          <dt>Started</dt>
          <dd className="number">{exactTime(first)}</dd>
        </>
      )}
      {endedAt && (
        <>
          <dt>Ended</dt>
          <dd className="number">{exactTime(endedAt)}</dd>
        </>
      )}
    </dl>
  );
}

/** Each attempt; the failure of the last one is shown below. */
function Attempts({ attempts }: Pick<StepView, "attempts">) {
  const last = attempts.at(-1);
  return (
    <div className="stack" style={{ gap: 4 }}>
      <h3>Attempts</h3>
      <ol className="attempts">
        {attempts.map((one) => (
          <li key={one.attempt}>
            <span className="row wrap">
              <span className="chip number">{one.attempt}</span>
              <span className="number">{exactTime(one.startedAt)}</span>
              {one.endedAt && <span className="detail number">{between(one.startedAt, one.endedAt)}</span>}
              {one.failure && one !== last && (
                <span className="word-bad wrap-anywhere">
                  {one.failure.name}: {one.failure.message}
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The input of the step, if the history of the execution still has it. */
function StepInput({ run, path, name }: { run: string; path: string; name: string }) {
  const { data, error } = useStepInput(run, path);
  if (data) {
    return (
      <div className="stack" style={{ gap: 4 }}>
        <h3>Input</h3>
        <Json label={`Input of ${name}`} value={data.input} />
      </div>
    );
  }
  if (!error) return <p className="detail">Reading the input…</p>;
  const gone = error instanceof ApiError && error.status === 404;
  return (
    <p className="detail">{gone ? "Its input is not in the history of the execution." : error.message}</p>
  );
}

/** What went wrong, where in the code, and the code around it. */
function FailureText({
  failure: { name, message, location, stack, code },
  past = false,
}: {
  failure: NonNullable<StepView["failure"]>;
  past?: boolean;
}) {
  return (
    <div className="stack" style={{ gap: 8 }}>
      <p className={`notice ${past ? "held" : "bad"}`}>
        <Icon name={past ? "warning" : "cross"} />
        <span className="wrap-anywhere">
          {past && "An earlier attempt failed. "}
          <strong>{name}</strong>: {message}
          {location !== undefined && <span className="mono detail"> {location}</span>}
        </span>
      </p>
      {code !== undefined && <Code text={code} label="Code around the error" />}
      {stack !== undefined && (
        <details>
          <summary className="detail">Stack</summary>
          <Code text={stack} label="Stack" />
        </details>
      )}
    </div>
  );
}
