import { useState } from "react";
import type { RunDetail } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { ActionDialog } from "../parts/action-dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { SignalDialog } from "./signal.tsx";

type Action = "pause" | "resume" | "terminate" | "retry";

const TEXTS: Record<Action, { title: string; description: string; confirm: string; danger?: boolean }> = {
  pause: {
    title: "Pause this run",
    description: "No new step starts. Running steps finish. The deadline stays in effect.",
    confirm: "Pause",
  },
  resume: { title: "Resume this run", description: "Deferred steps continue.", confirm: "Resume" },
  terminate: {
    title: "Terminate this run",
    description:
      "Nothing new starts. Completed steps that declare an undo are undone in reverse order. This action cannot be reverted.",
    confirm: "Terminate",
    danger: true,
  },
  retry: {
    title: "Retry this run",
    description: "The run continues from the failed step, as a new epoch. Completed steps are not repeated.",
    confirm: "Retry",
  },
};

const BUTTONS = {
  signal: { icon: "send", name: "Signal" },
  pause: { icon: "pause", name: "Pause" },
  resume: { icon: "play", name: "Resume" },
  retry: { icon: "retry", name: "Retry" },
  terminate: { icon: "stop", name: "Terminate" },
} as const;

/** The actions that the state of a run allows. */
function actionsFor({ status, paused, endedAt, waits }: RunDetail): (Action | "signal")[] {
  if (endedAt !== undefined) return status === "succeeded" ? [] : ["retry"];
  return [...(waits.length > 0 ? ["signal" as const] : []), paused ? "resume" : "pause", "terminate"];
}

/** Actions, and the link to the run's execution. They depend on the current state, not on the displayed one. */
export function RunActions({ detail, past }: { detail: RunDetail; past: boolean }) {
  const { can } = useSession();
  const [open, setOpen] = useState<Action | "signal">();
  const { run, execution } = detail;
  const close = () => setOpen(undefined);
  return (
    <>
      {execution?.consoleUrl && (
        <a className="button plain" href={execution.consoleUrl} target="_blank" rel="noreferrer">
          Step Functions <Icon name="external" size={13} />
        </a>
      )}
      {!past &&
        actionsFor(detail).map((action) => (
          <ActionButton
            key={action}
            icon={BUTTONS[action].icon}
            allowed={can.operate}
            danger={action === "terminate"}
            onClick={() => setOpen(action)}
          >
            {BUTTONS[action].name}
          </ActionButton>
        ))}
      {open === "signal" && <SignalDialog detail={detail} onClose={close} />}
      {open !== undefined && open !== "signal" && (
        <ActionDialog
          {...TEXTS[open]}
          resource={`runs/${encodeURIComponent(run)}/${open}`}
          refresh={[["run", run], ["runs"]]}
          onClose={close}
        />
      )}
    </>
  );
}
