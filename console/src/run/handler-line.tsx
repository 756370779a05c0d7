import type { WrittenLineView } from "../api/types.ts";
import { Code } from "../parts/code.tsx";
import { Icon } from "../parts/icon.tsx";
import { Json } from "../parts/json.tsx";
import { LineTime } from "./line-time.tsx";
import { ModelCallDetail } from "./model-calls.tsx";
import "./log.css";

const TONES: Record<string, string> = {
  ERROR: "bad",
  FATAL: "bad",
  WARN: "held",
  DEBUG: "quiet",
  TRACE: "quiet",
};

/** A line that a handler logged or printed. */
export function HandlerLine({ line, since }: { line: WrittenLineView; since: string }) {
  const { at, level, message, path, step, attempt, stack, fields, modelCall, shared } = line;
  const tone = TONES[level] ?? "quiet";
  const place = path ?? step;
  return (
    <details className="opens written">
      <summary>
        <Icon name="forward" size={12} className="arrow" />
        <LineTime at={at} since={since} />
        <span className={`level word-${tone}`}>{level}</span>
        <span className={`grow clip mono${tone === "bad" ? " word-bad" : ""}`}>{message}</span>
        <span className="clip detail mono place">{place}</span>
      </summary>
      <div className="stack inside">
        <p className="mono wrap-anywhere prose">{message}</p>
        <p className="detail">
          {level} of {place ?? "a handler"}
          {attempt !== undefined && `, attempt ${attempt}`}
          {shared && ". The invocation handled several messages: the line may be about another one."}
        </p>
        {stack !== undefined && <Code text={stack} label="Stack" />}
        {modelCall !== undefined && <ModelCallDetail call={modelCall} />}
        {fields !== undefined && <Json label="Fields of the line" value={fields} />}
      </div>
    </details>
  );
}
