import { useState } from "react";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "./action-button.tsx";
import { ActionDialog } from "./action-dialog.tsx";

type Action = "pause" | "drain" | "resume";

const TEXTS: Record<Action, { title: string; description: string; confirm: string }> = {
  pause: {
    title: "Pause",
    description:
      "No new event is admitted and no step starts. Running steps finish. Events that arrive are kept.",
    confirm: "Pause",
  },
  drain: {
    title: "Drain",
    description:
      "No new event is admitted. Runs that were admitted continue to their end. Events that arrive are kept.",
    confirm: "Drain",
  },
  resume: {
    title: "Resume",
    description: "Events and messages that were kept continue, in batches.",
    confirm: "Resume",
  },
};

/** Pause, drain and resume of a workflow or of another subscriber. */
export function SubscriberActions({
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
  const [chosen, setChosen] = useState<Action>();
  const actions: Action[] = held ? ["resume"] : ["pause", "drain"];
  return (
    <span className="row">
      {actions.map((action) => (
        <ActionButton
          key={action}
          small={small}
          icon={{ pause: "pause", drain: "out", resume: "play" }[action] as "pause" | "out" | "play"}
          allowed={can.operate}
          onClick={() => setChosen(action)}
        >
          {TEXTS[action].confirm}
        </ActionButton>
      ))}
      {chosen && (
        <ActionDialog
          {...TEXTS[chosen]}
          title={`${TEXTS[chosen].title} ${name}`}
          resource={`${kind === "workflow" ? "workflows" : "subscribers"}/${encodeURIComponent(name)}/${chosen}`}
          refresh={[["queues"]]}
          onClose={() => setChosen(undefined)}
        />
      )}
    </span>
  );
}
