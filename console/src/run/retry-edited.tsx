import { useReload } from "../api/local.ts";
import type { RunDetail } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { Wrong } from "../parts/action-dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { When } from "../parts/time.tsx";
import { useAction } from "../parts/use-action.ts";
import { editedHandler } from "./edited-handler.ts";

/** Offers to retry a failed run in the local cloud, after the code of the failed step was edited. */
export function RetryEdited({ detail }: { detail: RunDetail }) {
  const { can } = useSession();
  const edited = editedHandler(detail, useReload()?.handlers);
  const action = useAction(`runs/${encodeURIComponent(detail.run)}/retry`, [["run", detail.run], ["runs"]]);
  if (!edited) return null;
  const { file, at } = edited;
  return (
    <div className="row wrap edited">
      <span className="grow wrap-anywhere">
        <span className="mono">{file}</span> changed <When at={at} />, after this run failed.
      </span>
      <button
        type="button"
        className="button primary small"
        disabled={!can.operate || action.isPending || action.isSuccess}
        onClick={() => action.mutate({ why: `Retried with the edited ${file}` })}
      >
        <Icon name="retry" size={14} /> Retry with the edited handler
      </button>
      {action.error && <Wrong text={action.error.message} />}
    </div>
  );
}
