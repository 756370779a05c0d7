import type { RunDetail } from "../api/types.ts";
import { RunBadges } from "../pages/runs.tsx";

export function RunHeading({ detail }: { detail: RunDetail }) {
  return (
    <span className="row wrap">
      <span className="mono wrap-anywhere" style={{ fontSize: "1.0625rem" }}>
        {detail.run}
      </span>
      <RunBadges run={detail} />
    </span>
  );
}
