import type { RunDetail } from "../api/types.ts";
import { RunBadges } from "../pages/runs.tsx";
import { Copy } from "../parts/copy.tsx";

/** A run by its workflow and its subject; its id comes second. */
export function RunHeading({ detail }: { detail: RunDetail }) {
  const { workflow, key, run } = detail;
  return (
    <span className="row wrap">
      <span className="wrap-anywhere">
        {workflow}
        {key !== undefined && <span className="subject"> · {key}</span>}
      </span>
      <RunBadges run={detail} />
      <span className="row run-id" style={{ gap: 2 }}>
        <span className="mono detail wrap-anywhere">{run}</span>
        <Copy text={run} name="Copy the id" />
      </span>
    </span>
  );
}
