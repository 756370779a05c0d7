import { useState } from "react";
import { Link } from "react-router";
import { useFlowMap, useSubscribers } from "../api/queries.ts";
import type { SubscriberView } from "../api/types.ts";
import { FlowGraph } from "../graph/flow-graph.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { Answer } from "../parts/answer.tsx";
import { Badge } from "../parts/badge.tsx";
import { Card } from "../parts/card.tsx";
import { Page } from "../parts/page.tsx";
import { Queue } from "../parts/queue.tsx";
import { Empty } from "../parts/states.tsx";
import { SubscriberActions } from "../parts/subscriber-actions.tsx";
import { useShownSettings } from "../settings/use-shown-settings.tsx";
import { heldState } from "./workflows.tsx";

/** Events, subscribers and queues, with warnings. */
export function FlowMapPage() {
  const [steps, setSteps] = useState(false);
  return (
    <Page
      title="Flow map"
      description="Where events come from, who subscribes to them, their rates in the last hour, and the queues between them."
      actions={
        <label className="row">
          <input type="checkbox" checked={steps} onChange={({ target }) => setSteps(target.checked)} />
          Show steps
        </label>
      }
    >
      <section className="card" aria-label="Map">
        <Answer query={useFlowMap()}>
          {(map) =>
            map.nodes.length === 0 ? (
              <Empty icon="map" title="Nothing deployed yet">
                <p>Deploy a workflow or a reaction to see it here with its events.</p>
              </Empty>
            ) : (
              <FlowGraph map={map} steps={steps} />
            )
          }
        </Answer>
      </section>
      <Subscribers />
    </Page>
  );
}

function Subscribers() {
  const { toggle, settings } = useShownSettings("reaction");
  return (
    <>
      <Card title="Subscribers">
        <Answer query={useSubscribers()} lines={4}>
          {(subscribers) =>
            subscribers.length === 0 ? (
              <Empty icon="event" title="No subscribers">
                <p>Workflows and reactions subscribe to events.</p>
              </Empty>
            ) : (
              <ul className="rows">
                {subscribers.map((subscriber) => (
                  <li key={subscriber.name} className="row wrap">
                    <Subscriber subscriber={subscriber} onSettings={() => toggle(subscriber.name)} />
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      </Card>
      {settings}
    </>
  );
}

/** The settings of a workflow are on its own page. */
function Subscriber({ subscriber, onSettings }: { subscriber: SubscriberView; onSettings: () => void }) {
  const { name, kind, events, queue, deadline, overdue } = subscriber;
  const state = heldState(subscriber);
  return (
    <>
      <div className="grow" style={{ minWidth: 180 }}>
        <div className="row wrap">
          {kind === "workflow" ? (
            <Link to={`/workflows/${encodeURIComponent(name)}`}>{name}</Link>
          ) : (
            <strong>{name}</strong>
          )}
          <span className="chip">{kind}</span>
          {state !== "active" && <Badge state={state} />}
        </div>
        <p className="detail wrap-anywhere">
          {events.join(", ")}
          {deadline && ` · within ${deadline}`}
        </p>
      </div>
      {overdue > 0 && (
        <Link to={`/deliveries?show=overdue&subscriber=${encodeURIComponent(name)}`}>
          <Badge state="overdue" label={`${overdue} overdue`} />
        </Link>
      )}
      <Queue queue={queue} />
      {kind === "reaction" && (
        <ActionButton small icon="settings" allowed onClick={onSettings}>
          Settings
        </ActionButton>
      )}
      <SubscriberActions name={name} kind={kind} held={state !== "active"} small />
    </>
  );
}
