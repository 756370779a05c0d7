import { Link } from "react-router";
import type { RunDetail } from "../api/types.ts";
import { Copy } from "../parts/copy.tsx";
import { RunBadges } from "../parts/run-badges.tsx";
import { CopyRun } from "./copy-menu.tsx";

/** A run by its workflow and its subject; its id is below. */
export function RunHeading({ detail }: { detail: RunDetail }) {
  const { workflow, key } = detail;
  return (
    <span className="row wrap">
      <span className="wrap-anywhere">
        {workflow}
        {key !== undefined && <span className="subject"> · {key}</span>}
      </span>
      <RunBadges run={detail} />
    </span>
  );
}

/** A run's id, with ways to copy the run. On a phone the id is without the workflow, which the heading names. */
export function RunId({ detail }: { detail: RunDetail }) {
  const { run, workflow } = detail;
  const prefix = run.startsWith(`${workflow}-`) ? `${workflow}-` : "";
  return (
    <div className="row run-id" style={{ gap: 2 }}>
      <span className="mono detail clip" title={run}>
        <span className="prefix">{prefix}</span>
        {run.slice(prefix.length)}
      </span>
      <Copy text={run} name="Copy the id" />
      <CopyRun detail={detail} />
      <Link className="button plain small" to={`/compare?a=${encodeURIComponent(run)}`}>
        Compare
      </Link>
    </div>
  );
}
