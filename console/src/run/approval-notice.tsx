import { Link } from "react-router";
import type { RunDetail } from "../api/types.ts";
import { Icon } from "../parts/icon.tsx";
import { When } from "../parts/time.tsx";
import { ON_TIMEOUT } from "../text/on-timeout.ts";

/** Who has to decide, and what happens without a decision; with a link to decide, unless the state is a past one. */
export function ApprovalNotice({
  run,
  question: { approval, path, until, otherwise, progress },
  why,
  past,
}: {
  run: string;
  question: RunDetail["questions"][number];
  why?: string | undefined;
  past: boolean;
}) {
  return (
    <div className="notice busy">
      <Icon name="person" />
      <p className="grow wrap-anywhere">
        <strong>{approval}</strong> has to decide{progress ? ` (${progress})` : ""}
        {why ? `: ${why}` : "."}
        {until && (
          <>
            {" "}
            {ON_TIMEOUT[otherwise ?? "escalate"]} <When at={until} />.
          </>
        )}
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
  );
}
