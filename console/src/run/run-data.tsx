import type { RunDetail } from "../api/types.ts";
import { Json } from "../parts/json.tsx";

/** The input and the output of a run. */
export function RunData({ input, output, endedAt }: Pick<RunDetail, "input" | "output" | "endedAt">) {
  return (
    <div className="two" style={{ padding: 16 }}>
      <div className="stack">
        <h2>Input</h2>
        <Json label="Input" value={input} />
      </div>
      <div className="stack">
        <h2>Output</h2>
        {output === undefined ? (
          <p className="detail">None{endedAt ? "." : " yet."}</p>
        ) : (
          <Json label="Output" value={output} />
        )}
      </div>
    </div>
  );
}
