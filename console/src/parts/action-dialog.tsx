import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { ApiError, change } from "../api/client.ts";
import { runQuery } from "../api/queries.ts";
import type { Outcome, RunDetail } from "../api/types.ts";
import { titleOf } from "../app/needs.ts";
import { workflowOf } from "../text/run-id.ts";
import { Dialog } from "./dialog.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { useToast } from "./toasts.tsx";

/**
 * Requests an action and shows its outcome. The idempotency key stays the same until there is a response, so
 * that a retry after a lost response does not execute it twice.
 */
export function useOrder(
  resource: string,
  refresh: readonly string[][],
  onDone?: (outcome: Outcome) => void,
) {
  const queries = useQueryClient();
  const notify = useToast();
  const [key, setKey] = useState(() => crypto.randomUUID());
  return useMutation({
    mutationFn: (body: unknown) => change(resource, body, key),
    onSuccess: (outcome) => {
      setKey(crypto.randomUUID());
      notify(saidOf(outcome, queries));
      for (const queryKey of refresh) void queries.invalidateQueries({ queryKey });
      onDone?.(outcome);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status > 0 && error.status < 500) setKey(crypto.randomUUID());
    },
  });
}

/** What was done, with the title of the run in place of its id. */
function saidOf({ says, run }: Outcome, queries: QueryClient): string {
  if (run === undefined) return says;
  const known = queries.getQueryData<RunDetail>(runQuery(run).queryKey);
  return says.replaceAll(run, titleOf(known ?? { workflow: workflowOf(run), run }));
}

export interface OrderProps {
  title: string;
  /** What it will do, in a sentence or two. */
  says: ReactNode;
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
export function OrderDialog(props: OrderProps) {
  const { title, says, resource, body, confirm, danger, refresh, onClose, onDone, children, wrong } = props;
  const [why, setWhy] = useState("");
  const [tried, setTried] = useState(false);
  const explained = useId();
  const order = useOrder(resource, refresh, (outcome) => {
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
          if (!missing && !wrong) order.mutate({ ...body, why: why.trim() });
        }}
      >
        <p>{says}</p>
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
          <span id={explained} className={tried && missing ? "says-wrong" : "detail"}>
            {tried && missing ? missing : "Recorded in the history with your name."}
          </span>
        </label>
        {tried && wrong && <Wrong text={wrong} />}
        {order.error && <Wrong text={order.error.message} />}
        <div className="foot">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className={`button primary${danger ? " danger" : ""}`}
            disabled={order.isPending}
          >
            {order.isPending ? "…" : confirm}
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

/** A button for an action: a user without the permission sees that, and why. */
export function OrderButton({
  icon,
  allowed,
  danger,
  primary,
  small,
  onClick,
  children,
}: {
  icon: IconName;
  allowed: boolean;
  danger?: boolean;
  primary?: boolean;
  small?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      className={`button${danger ? " danger" : ""}${primary ? " primary" : ""}${small ? " small" : ""}`}
      disabled={!allowed}
      title={allowed ? undefined : "Your role does not allow this action."}
      onClick={onClick}
    >
      <Icon name={icon} /> {children}
    </button>
  );
}
