import { type ReactNode, useId, useState } from "react";
import type { Outcome } from "../api/types.ts";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icon.tsx";
import { useAction } from "./use-action.ts";

export interface ActionDialogProps {
  title: string;
  /** What it will do, in a sentence or two. */
  description: ReactNode;
  /** The route to which it is posted. */
  resource: string;
  /** The request body, in addition to the reason. */
  body?: Record<string, unknown>;
  confirm: string;
  danger?: boolean;
  /** The queries that have a new answer afterwards. */
  refresh: readonly string[][];
  onClose: () => void;
  onDone?: (outcome: Outcome) => void;
  /** Fields in addition to the reason. */
  children?: ReactNode;
  /** What is still wrong with them. */
  wrong?: string | undefined;
}

/** Asks for the reason, and sends the request. */
export function ActionDialog(props: ActionDialogProps) {
  const { title, description, resource, body, confirm, danger, refresh, onClose, onDone, children, wrong } =
    props;
  const [why, setWhy] = useState("");
  const [tried, setTried] = useState(false);
  const explained = useId();
  const action = useAction(resource, refresh, (outcome) => {
    onClose();
    onDone?.(outcome);
  });
  const missing = why.trim() === "" ? "Give a reason. It is recorded in the history." : undefined;
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="stack"
        style={{ gap: 16 }}
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!missing && !wrong) action.mutate({ ...body, why: why.trim() });
        }}
      >
        <p>{description}</p>
        {children}
        <label className="field">
          Reason
          <input
            className="input"
            value={why}
            maxLength={1000}
            aria-invalid={tried && missing !== undefined}
            aria-describedby={explained}
            onChange={(event) => setWhy(event.target.value)}
          />
          <span id={explained} className={tried && missing ? "wrong-text" : "detail"}>
            {tried && missing ? missing : "Recorded in the history with your name."}
          </span>
        </label>
        {tried && wrong && <Wrong text={wrong} />}
        {action.error && <Wrong text={action.error.message} />}
        <div className="foot">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className={`button primary${danger ? " danger" : ""}`}
            disabled={action.isPending}
          >
            {action.isPending ? "…" : confirm}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function Wrong({ text }: { text: string }) {
  return (
    <p className="notice bad" role="alert">
      <Icon name="warning" />
      <span className="wrap-anywhere">{text}</span>
    </p>
  );
}
