import { useState } from "react";
import { useReplay } from "../api/queries.ts";
import type { ReplayView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { ActionDialog } from "../parts/action-dialog.tsx";
import { When } from "../parts/time.tsx";
import { sentence } from "../text/sentence.ts";
import { shortTime } from "../text/time.ts";

/** How long after its request a replay's progress is polled: it is over long before. Milliseconds. */
const MAY_BE_RUNNING = 24 * 60 * 60 * 1000;

/** A replay: what it delivers to whom, and its outcomes so far. */
export function Replay({ replay: listed }: { replay: ReplayView }) {
  const { can } = useSession();
  const recent = Date.now() - Date.parse(listed.requested.at) < MAY_BE_RUNNING;
  const replay = useReplay(listed.replay, recent).data ?? listed;
  const [cancelling, setCancelling] = useState(false);
  const {
    requested,
    from,
    to,
    subscribers,
    events,
    again,
    dry,
    counts,
    state,
    deliveredUntil,
    reason,
    cancelled,
  } = replay;
  const now = Date.now();
  return (
    <div className="stack" style={{ gap: 6 }}>
      <div className="row wrap">
        <strong>{subscribers.join(", ") || "All subscribers"}</strong>
        {state && <span className="chip">{state}</span>}
        {cancelled && <span className="chip">cancelled by {cancelled.by}</span>}
        {dry && <span className="chip">dry run</span>}
        {again && <span className="chip">restarted</span>}
        <span className="grow" />
        {(state === "starting" || state === "running") && (
          <ActionButton icon="stop" small danger allowed={can.operate} onClick={() => setCancelling(true)}>
            Cancel
          </ActionButton>
        )}
        <span className="detail">
          <When at={requested.at} />
        </span>
      </div>
      <p className="detail wrap-anywhere">
        {shortTime(from, now)} to {shortTime(to, now)}
        {events.length > 0 && `, ${events.join(", ")}`}. Requested by{" "}
        {sentence(`${requested.by}: ${requested.why}`)}
        {deliveredUntil && ` Delivered up to ${shortTime(deliveredUntil, now)}.`}
        {reason && ` ${sentence(reason)}`}
      </p>
      <ul className="row wrap" aria-label="Deliveries by outcome">
        {Object.entries(counts).map(([outcome, count]) => (
          <li key={outcome} className="chip">
            {outcome} <strong className="number">{count}</strong>
          </li>
        ))}
        {Object.keys(counts).length === 0 && <li className="detail">{withoutCounts(replay)}</li>}
      </ul>
      {cancelling && (
        <ActionDialog
          title="Cancel this replay"
          description="Events that were already delivered stay delivered."
          resource={`replays/${encodeURIComponent(replay.replay)}/cancel`}
          confirm="Cancel the replay"
          danger
          refresh={[["replays"]]}
          onClose={() => setCancelling(false)}
        />
      )}
    </div>
  );
}

/** The meaning of missing counts: the replay has just begun, or there was nothing to deliver. */
function withoutCounts({ state, dry }: ReplayView): string {
  if (state === "completed")
    return dry ? "0 events: nothing would be delivered." : "0 events: nothing was delivered.";
  return dry ? "Nothing counted yet." : "No deliveries yet.";
}
