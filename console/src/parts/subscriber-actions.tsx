import { useState } from "react";
import { useSession } from "../app/session.tsx";
import { OrderButton, OrderDialog } from "./action-dialog.tsx";

type Action = "pause" | "drain" | "resume";

const SAYS: Record<Action, { title: string; says: string; confirm: string }> = {
  pause: {
    title: "Pause",
    says: "No new event is admitted and no step starts. Running steps finish. Events that arrive are kept.",
    confirm: "Pause",
  },
  drain: {
    title: "Drain",
    says: "No new event is admitted. Runs that were admitted continue to their end. Events that arrive are kept.",
    confirm: "Drain",
  },
  resume: {
    title: "Resume",
    says: "Events and messages that were kept continue, in batches.",
    confirm: "Resume",
  },
};

/** Pause, drain and resume of a workflow or of another subscriber. */
export function SubscriberOrders({
  name,
  kind,
  held,
  small = false,
}: {
  name: string;
  kind: "workflow" | "reaction";
  held: boolean;
  small?: boolean;
}) {
  const { can } = useSession();
  const [order, setOrder] = useState<Action>();
  const actions: Action[] = held ? ["resume"] : ["pause", "drain"];
  return (
    <span className="row">
      {actions.map((action) => (
        <OrderButton
          key={action}
          small={small}
          icon={{ pause: "pause", drain: "out", resume: "play" }[action] as "pause" | "out" | "play"}
          allowed={can.operate}
          onClick={() => setOrder(action)}
        >
          {SAYS[action].confirm}
        </OrderButton>
      ))}
      {order && (
        <OrderDialog
          {...SAYS[order]}
          title={`${SAYS[order].title} ${name}`}
          resource={`${kind === "workflow" ? "workflows" : "subscribers"}/${encodeURIComponent(name)}/${order}`}
          refresh={[["queues"]]}
          onClose={() => setOrder(undefined)}
        />
      )}
    </span>
  );
}
