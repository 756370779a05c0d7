import { useState } from "react";
import { Link } from "react-router";
import { ApiError } from "../api/client.ts";
import type { ApprovalView } from "../api/types.ts";
import { titleOf } from "../app/needs.ts";
import { useSession } from "../app/session.tsx";
import { useOrder, Wrong } from "../parts/action-dialog.tsx";
import { Badge } from "../parts/badge.tsx";
import { Icon } from "../parts/icon.tsx";
import { When } from "../parts/time.tsx";
import { WITHOUT_DECISION } from "../text/silence.ts";
import { Shown } from "./shown.tsx";

/** An approval with its details and its decision, or the form to decide. */
export function Question({ question, subject }: { question: ApprovalView; subject?: string | undefined }) {
  const { approval, workflow, run, path, level, why, state, show, decision } = question;
  const { askedAt, until, otherwise } = question;
  return (
    <>
      <div className="head">
        <div className="stack" style={{ gap: 0 }}>
          <h2>{approval}</h2>
          <span className="detail wrap-anywhere">
            <Link to={`/runs/${encodeURIComponent(run)}`} title={run}>
              {titleOf({ workflow, run, key: subject })}
            </Link>{" "}
            · requested <When at={askedAt} />
            {level > 1 && ` · escalated to level ${level}`}
          </span>
        </div>
        {state !== "pending" && (
          <Badge
            state={decision ? (decision.approved ? "approved" : "rejected") : "closed"}
            label={decision ? undefined : "closed"}
          />
        )}
      </div>
      <div className="body stack" style={{ gap: 20 }}>
        {why && (
          <p className="notice held">
            <Icon name="warning" />
            <span className="wrap-anywhere">{why}</span>
          </p>
        )}
        {Object.keys(show).length === 0 && !why && (
          <p className="detail">The workflow gives no details for this approval.</p>
        )}
        {Object.entries(show).map(([name, value]) => (
          <Shown key={name} name={name} value={value} />
        ))}
        {until && state === "pending" && (
          <p className="detail">
            <Icon name="clock" size={12} /> {WITHOUT_DECISION[otherwise ?? "escalate"]} <When at={until} />.
          </p>
        )}
      </div>
      {state === "pending" ? (
        <Decide run={run} path={path} level={level} />
      ) : (
        <div className="decide">
          {decision ? (
            <p className="wrap-anywhere">
              <strong>{decision.approved ? "Approved" : "Rejected"}</strong> by {decision.decidedBy}
              {decision.at && (
                <>
                  , <When at={decision.at} />
                </>
              )}
              {decision.note && `: ${decision.note}`}
            </p>
          ) : (
            <p>This approval is closed: it timed out, or its run ended.</p>
          )}
        </div>
      )}
    </>
  );
}

function Decide({ run, path, level }: { run: string; path: string; level: number }) {
  const { can } = useSession();
  const [note, setNote] = useState("");
  const order = useOrder(`approvals/${encodeURIComponent(run)}/${encodeURIComponent(path)}`, [
    ["approvals"],
    ["run", run],
  ]);
  const decide = (decision: "approve" | "reject") =>
    order.mutate({ decision, level, ...(note.trim() && { note: note.trim() }) });
  const locked = !can.decide || order.isPending || order.isSuccess;
  return (
    <form className="decide" onSubmit={(event) => event.preventDefault()}>
      {order.error && (
        <Wrong
          text={
            order.error instanceof ApiError && order.error.status === 0
              ? "The API is not reachable, so your decision may not be recorded. Decide again; it counts only once."
              : order.error.message
          }
        />
      )}
      <label className="field">
        Note
        <textarea
          className="input"
          maxLength={2000}
          placeholder={
            can.decide
              ? "Sent to the workflow with your decision"
              : "Your role can view approvals, but not decide."
          }
          disabled={!can.decide}
          value={note}
          onChange={({ target }) => setNote(target.value)}
        />
      </label>
      <div className="row">
        <button
          type="button"
          className="button primary approve"
          disabled={locked}
          onClick={() => decide("approve")}
        >
          <Icon name="check" /> Approve
        </button>
        <button type="button" className="button danger" disabled={locked} onClick={() => decide("reject")}>
          <Icon name="cross" /> Reject
        </button>
        {order.isSuccess && <span className="detail">Decision recorded.</span>}
      </div>
    </form>
  );
}
