import { useState } from "react";
import { useSession } from "../app/session.tsx";
import { OrderButton, OrderDialog } from "./order.tsx";

type Action = "pause" | "drain" | "resume";

const SAYS: Record<Action, { title: string; says: string; confirm: string }> = {
  pause: {
    title: "Pause",
    says: "It lets in nothing new, and none of its steps begins; those under way finish. What comes is kept.",
    confirm: "Pause",
  },
  drain: {
    title: "Drain",
    says: "It lets in nothing new, while what was let in goes on to its end. What comes is kept.",
    confirm: "Drain",
  },
  resume: { title: "Resume", says: "What was kept meanwhile goes on, a share at a time.", confirm: "Resume" },
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
