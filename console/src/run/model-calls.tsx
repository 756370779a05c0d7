import { useState } from "react";
import type { ModelCallView, WrittenLineView } from "../api/types.ts";
import { Artifact } from "../approval/artifact.tsx";
import { Icon } from "../parts/icon.tsx";
import { Json } from "../parts/json.tsx";
import { duration } from "../text/duration.ts";
import { usd } from "../text/money.ts";
import { plural } from "../text/plural.ts";

type CallLine = WrittenLineView & { modelCall: ModelCallView };

/** The calls of models and tools among the lines of a step, with their sum; nothing if there are none. */
export function ModelCalls({ lines }: { lines: readonly WrittenLineView[] }) {
  const calls = lines.filter((line): line is CallLine => line.modelCall !== undefined);
  if (calls.length === 0) return null;
  const of = (value: (call: ModelCallView) => number | undefined) =>
    calls.reduce((sum, { modelCall }) => sum + (value(modelCall) ?? 0), 0);
  const tokens = of(({ inputTokens = 0, outputTokens = 0 }) => inputTokens + outputTokens);
  return (
    <section aria-label="Calls of models" className="stack" style={{ gap: 4 }}>
      <h3>Calls of models</h3>
      <p className="detail number">
        {plural(calls.length, "call")}, {plural(tokens, "token")}, {usd(of((call) => call.usd))}
      </p>
      <ol className="rows">
        {calls.map((line) => (
          <li key={line.id}>
            <Call line={line} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** One call, closed; the address of its record is requested when it is opened. */
function Call({ line: { modelCall: call, attempt } }: { line: CallLine }) {
  const [open, setOpen] = useState(false);
  const { kind, name, usd: cost, durationMs, problem } = call;
  return (
    <details className="opens" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <Icon name="forward" size={12} className="arrow" />
        <span className={`grow clip${problem === undefined ? "" : " word-bad"}`}>
          <strong>{name}</strong>
          <span className="detail">
            {kind === "tool" ? " (tool)" : ""}
            {attempt !== undefined && attempt > 1 && ` attempt ${attempt}`}
          </span>
        </span>
        {cost !== undefined && <span className="detail number">{usd(cost)}</span>}
        {durationMs !== undefined && <span className="detail number">{duration(durationMs)}</span>}
      </summary>
      {open && (
        <div className="stack inside">
          <ModelCallDetail call={call} />
        </div>
      )}
    </details>
  );
}

/** Everything known about a call. Its prompt and its answer are a file, if they are stored. */
export function ModelCallDetail({ call }: { call: ModelCallView }) {
  const { kind, name, model, inputTokens, outputTokens, input, result, problem, record } = call;
  return (
    <>
      <p className="detail">
        {kind === "tool" ? "A tool that the model called" : model}
        {inputTokens !== undefined && (
          <span className="number">
            , {plural(inputTokens, "token")} in, {outputTokens ?? 0} out
          </span>
        )}
      </p>
      {problem !== undefined && <p className="word-bad wrap-anywhere">{problem}</p>}
      {input !== undefined && <Json label={`Input of ${name}`} value={input} />}
      {result !== undefined && <Json label={`Result of ${name}`} value={result} />}
      {record !== undefined && (
        <Artifact
          artifact={{
            artifact: `artifacts?uri=${encodeURIComponent(record)}`,
            type: "application/json",
            name: kind === "tool" ? "input and result" : "prompt and answer",
          }}
        />
      )}
    </>
  );
}
