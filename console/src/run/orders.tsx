import { useState } from "react";
import type { RunDetail } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { Icon } from "../parts/icon.tsx";
import { OrderButton, OrderDialog } from "../parts/order.tsx";
import { SignalDialog } from "./signal.tsx";

type Action = "pause" | "resume" | "terminate" | "retry";

const SAYS: Record<Action, { title: string; says: string; confirm: string; danger?: boolean }> = {
  pause: {
    title: "Pause this run",
    says: "No step begins any more; those under way finish. The deadline goes on.",
    confirm: "Pause",
  },
  resume: { title: "Resume this run", says: "What was kept meanwhile goes on.", confirm: "Resume" },
  terminate: {
    title: "End this run",
    says: "Nothing starts any more, and what it has done is undone in reverse order, where there is an undo. This cannot be taken back.",
    confirm: "End it",
    danger: true,
  },
  retry: {
    title: "Try this run again",
    says: "It goes on from the step that failed, as a new epoch. What is done stays done and is not done again.",
    confirm: "Try again",
  },
};

const BUTTONS = {
  signal: { icon: "send", name: "Signal" },
  pause: { icon: "pause", name: "Pause" },
  resume: { icon: "play", name: "Resume" },
  retry: { icon: "retry", name: "Retry" },
  terminate: { icon: "stop", name: "End" },
} as const;

/** What may be ordered of a run as it stands. */
function ordersFor({ status, paused, endedAt, waits }: RunDetail): (Action | "signal")[] {
  if (endedAt !== undefined) return status === "succeeded" ? [] : ["retry"];
  return [...(waits.length > 0 ? ["signal" as const] : []), paused ? "resume" : "pause", "terminate"];
}

/** Orders, and the way to the run's execution. What may be ordered depends on how it stands now, not on how it stood. */
export function RunOrders({ detail, past }: { detail: RunDetail; past: boolean }) {
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
        ordersFor(detail).map((action) => (
          <OrderButton
            key={action}
            icon={BUTTONS[action].icon}
            allowed={can.operate}
            danger={action === "terminate"}
            onClick={() => setOpen(action)}
          >
            {BUTTONS[action].name}
          </OrderButton>
        ))}
      {open === "signal" && <SignalDialog detail={detail} onClose={close} />}
      {open !== undefined && open !== "signal" && (
        <OrderDialog
          {...SAYS[open]}
          resource={`runs/${encodeURIComponent(run)}/${open}`}
          refresh={[["run", run], ["runs"]]}
          onClose={close}
        />
      )}
    </>
  );
}
