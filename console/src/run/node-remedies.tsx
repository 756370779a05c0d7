import { Link } from "react-router";
import type { RunDetail } from "../api/types.ts";
import { Icon } from "../parts/icon.tsx";
import { When } from "../parts/time.tsx";
import { nodeOfPath } from "../text/paths.ts";
import { ApprovalNotice } from "./approval-notice.tsx";
import type { Item } from "./items.ts";

/** The actions for a node that waits, or that stopped the run. */
export function NodeRemedies({
  detail: { run, stuckBy, questions, waits },
  item,
  id,
  past,
}: {
  detail: RunDetail;
  item: Item | undefined;
  id: string;
  past: boolean;
}) {
  const here = ({ path }: { path: string }) =>
    item ? path === item.path || path.startsWith(`${item.path}/`) : nodeOfPath(path) === id;
  const asked = questions.filter((question) => question.state === "pending" && here(question));
  return (
    <>
      {stuckBy && here(stuckBy) && (
        <div className="notice bad">
          <Icon name="warning" />
          <p className="grow wrap-anywhere">Its message was dead-lettered: {stuckBy.reason}</p>
          {!past && (
            <Link className="button small" to={`/dead-letters/${encodeURIComponent(stuckBy.deadLetter)}`}>
              Redrive
            </Link>
          )}
        </div>
      )}
      {asked.map((question) => (
        <ApprovalNotice key={`${question.path}${question.level}`} {...{ run, question, past }} />
      ))}
      {waits.filter(here).map(({ path, for: awaited, since }) => (
        <div className="notice busy" key={path}>
          <Icon name="clock" />
          <p className="wrap-anywhere">
            Waits for <strong>{awaited}</strong>, since <When at={since} />.
          </p>
        </div>
      ))}
    </>
  );
}
