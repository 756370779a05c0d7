import { Link } from "react-router";
import type { ApprovalView } from "../api/types.ts";
import { titleOf } from "../app/needs.ts";
import { useSession } from "../app/session.tsx";
import { Badge } from "../parts/badge.tsx";
import { Icon } from "../parts/icon.tsx";
import { When } from "../parts/time.tsx";
import { ON_TIMEOUT } from "../text/on-timeout.ts";
import { Decide } from "./decide.tsx";
import { Shown } from "./shown.tsx";
import "./approval.css";

/** An approval with its details and its decision, or the form to decide. */
export function Question({ question, subject }: { question: ApprovalView; subject?: string | undefined }) {
  const { run, path, level, why, state, show, progress, delegations, votes } = question;
  const { name } = useSession();
  const isPending = state === "pending";
  return (
    <>
      <Head question={question} subject={subject} />
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
        <Votes question={question} />
        {isPending && <Rules question={question} />}
      </div>
      {isPending && votes?.some(({ by }) => by === name) ? (
        <p className="decide">You have voted. Others have to decide, too.</p>
      ) : isPending ? (
        <Decide run={run} path={path} level={level} delegates={delegations?.map(({ to }) => to) ?? []} />
      ) : (
        <Decided question={question} />
      )}
    </>
  );
}

function Head({
  question: { approval, workflow, run, askedAt, level, state, decision },
  subject,
}: {
  question: ApprovalView;
  subject: string | undefined;
}) {
  return (
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
  );
}

/** Who has voted, and who delegated the decision to whom. */
function Votes({ question: { votes = [], delegations = [] } }: { question: ApprovalView }) {
  return (
    <>
      {votes.map(({ by, approved, note, at, instead }) => (
        <p key={by} className="detail wrap-anywhere">
          <Icon name={approved ? "check" : "cross"} size={12} /> {by}
          {instead && ` on behalf of ${instead}`}, <When at={at} />
          {note && `: ${note}`}
        </p>
      ))}
      {delegations.map(({ from, to, at }) => (
        <p key={from} className="detail wrap-anywhere">
          <Icon name="person" size={12} /> {to} may decide on behalf of {from}, <When at={at} />
        </p>
      ))}
    </>
  );
}

/** Who must not decide, and what happens without a decision. */
function Rules({ question: { notBy = [], until, otherwise = "escalate" } }: { question: ApprovalView }) {
  return (
    <>
      {notBy.length > 0 && <p className="detail wrap-anywhere">Must not decide: {notBy.join(", ")}</p>}
      {until && (
        <p className="detail">
          <Icon name="clock" size={12} /> {ON_TIMEOUT[otherwise]} <When at={until} />.
        </p>
      )}
    </>
  );
}

function Decided({ question: { decision } }: { question: ApprovalView }) {
  return (
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
  );
}
