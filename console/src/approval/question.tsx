import { useState } from "react";
import { Link } from "react-router";
import { ApiError } from "../api/client.ts";
import type { ApprovalView } from "../api/types.ts";
import { titleOf } from "../app/needs.ts";
import { useSession } from "../app/session.tsx";
import { Wrong } from "../parts/action-dialog.tsx";
import { Badge } from "../parts/badge.tsx";
import { Icon } from "../parts/icon.tsx";
import { When } from "../parts/time.tsx";
import { useAction } from "../parts/use-action.ts";
import { ON_TIMEOUT } from "../text/on-timeout.ts";
import { Shown } from "./shown.tsx";

/** An approval with its details and its decision, or the form to decide. */
export function Question({ question, subject }: { question: ApprovalView; subject?: string | undefined }) {
  const { approval, workflow, run, path, level, why, state, show, decision } = question;
  const { askedAt, until, otherwise, progress, votes, delegations, notBy } = question;
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
        {progress && <p className="notice busy">{progress}</p>}
        {votes?.map(({ by, approved, note, at, instead }) => (
          <p key={by} className="detail wrap-anywhere">
            <Icon name={approved ? "check" : "cross"} size={12} /> {by}
            {instead && ` in the place of ${instead}`}, <When at={at} />
            {note && `: ${note}`}
          </p>
        ))}
        {delegations?.map(({ from, to, at }) => (
          <p key={from} className="detail wrap-anywhere">
            <Icon name="person" size={12} /> {to} may decide in the place of {from}, <When at={at} />
          </p>
        ))}
        {state === "pending" && notBy && notBy.length > 0 && (
          <p className="detail wrap-anywhere">Must not decide: {notBy.join(", ")}</p>
        )}
        {until && state === "pending" && (
          <p className="detail">
            <Icon name="clock" size={12} /> {ON_TIMEOUT[otherwise ?? "escalate"]} <When at={until} />.
          </p>
        )}
      </div>
      {state === "pending" ? (
        <Decide run={run} path={path} level={level} delegates={delegations?.map(({ to }) => to) ?? []} />
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

interface DecideProps {
  run: string;
  path: string;
  level: number;
  /** To whom the decision was delegated. */
  delegates: readonly string[];
}

function Decide({ run, path, level, delegates }: DecideProps) {
  const { can, name } = useSession();
  // A sign-in by an issuer is "e-mail (subject)".
  const isNamed = (to: string) => name === to || name.startsWith(`${to} (`) || name.endsWith(` (${to})`);
  const mayDecide = can.decide || delegates.some(isNamed);
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  const order = useAction(`approvals/${encodeURIComponent(run)}/${encodeURIComponent(path)}`, [
    ["approvals"],
    ["run", run],
  ]);
  const decide = (decision: "approve" | "reject" | "delegate") =>
    order.mutate({
      decision,
      level,
      ...(decision === "delegate" && { to: to.trim() }),
      ...(note.trim() && { note: note.trim() }),
    });
  const locked = !mayDecide || order.isPending || order.isSuccess;
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
            mayDecide
              ? "Sent to the workflow with your decision"
              : "Your role can view approvals, but not decide."
          }
          disabled={!mayDecide}
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
        {can.decide && (
          <details className="grow">
            <summary>Delegate</summary>
            <label className="field">
              Name of the person who may decide in your place
              <input
                className="input"
                maxLength={256}
                value={to}
                onChange={({ target }) => setTo(target.value)}
              />
            </label>
            <button
              type="button"
              className="button small"
              disabled={locked || to.trim() === ""}
              onClick={() => decide("delegate")}
            >
              Delegate
            </button>
          </details>
        )}
        {order.isSuccess && <span className="detail">Decision recorded.</span>}
      </div>
    </form>
  );
}
