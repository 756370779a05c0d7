import { useState } from "react";
import { ApiError } from "../api/client.ts";
import { useSession } from "../app/session.tsx";
import { Wrong } from "../parts/action-dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { useAction } from "../parts/use-action.ts";

interface DecideProps {
  run: string;
  path: string;
  level: number;
  /** To whom the decision was delegated. */
  delegates: readonly string[];
}

/** The form to decide, or to delegate the decision. */
export function Decide({ run, path, level, delegates }: DecideProps) {
  const { can } = useSession();
  const mayDecide = useMayDecide(delegates);
  const [note, setNote] = useState("");
  const [delegating, setDelegating] = useState(false);
  const action = useAction(`approvals/${encodeURIComponent(run)}/${encodeURIComponent(path)}`, [
    ["approvals"],
    ["run", run],
  ]);
  const send = (decision: object) =>
    action.mutate({ ...decision, level, ...(note.trim() && { note: note.trim() }) });
  const isLocked = !mayDecide || action.isPending || action.isSuccess;
  return (
    <form className="decide" onSubmit={(event) => event.preventDefault()}>
      {action.error && <Wrong text={textOf(action.error)} />}
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
          disabled={isLocked}
          onClick={() => send({ decision: "approve" })}
        >
          <Icon name="check" /> Approve
        </button>
        <button
          type="button"
          className="button danger"
          disabled={isLocked}
          onClick={() => send({ decision: "reject" })}
        >
          <Icon name="cross" /> Reject
        </button>
        {can.decide && (
          <button
            type="button"
            className="button"
            disabled={isLocked}
            aria-expanded={delegating}
            onClick={() => setDelegating(!delegating)}
          >
            Delegate…
          </button>
        )}
        {action.isSuccess && <span className="detail">Decision recorded.</span>}
      </div>
      {delegating && <Delegate isLocked={isLocked} onDelegate={(to) => send({ decision: "delegate", to })} />}
    </form>
  );
}

/** Whether the user may decide: by the role, or by a delegation. */
function useMayDecide(delegates: readonly string[]): boolean {
  const { can, name } = useSession();
  // A sign-in by an issuer is "e-mail (subject)".
  const isNamed = (to: string) => name === to || name.startsWith(`${to} (`) || name.endsWith(` (${to})`);
  return can.decide || delegates.some(isNamed);
}

function textOf(error: Error): string {
  return error instanceof ApiError && error.status === 0
    ? "The API is not reachable, so your decision may not be recorded. Decide again; it counts only once."
    : error.message;
}

/** Names another person who may decide. */
function Delegate({ isLocked, onDelegate }: { isLocked: boolean; onDelegate: (to: string) => void }) {
  const [to, setTo] = useState("");
  return (
    <div className="row delegate">
      <label className="field grow">
        Name of the person who may decide on your behalf
        <input className="input" maxLength={256} value={to} onChange={({ target }) => setTo(target.value)} />
      </label>
      <button
        type="button"
        className="button"
        disabled={isLocked || to.trim() === ""}
        onClick={() => onDelegate(to.trim())}
      >
        Delegate
      </button>
    </div>
  );
}
