import { useState } from "react";
import { Link } from "react-router";
import { useFlowMap, useSubscribers } from "../api/queries.ts";
import type { SubscriberView } from "../api/types.ts";
import { FlowGraph } from "../graph/flow-graph.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { Badge } from "../parts/badge.tsx";
import { Page } from "../parts/page.tsx";
import { Queue } from "../parts/queue.tsx";
import { Settings } from "../parts/settings.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { SubscriberActions } from "../parts/subscriber-actions.tsx";
import { heldState } from "./workflows.tsx";

/** Events, subscribers and queues, with warnings. */
export function FlowMapPage() {
  const map = useFlowMap();
  const subscribers = useSubscribers();
  const [shown, setShown] = useState<string>();
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
        {map.isPending ? (
          <Loading />
        ) : map.error ? (
          <Failed error={map.error} again={() => void map.refetch()} />
        ) : map.data.nodes.length === 0 ? (
          <Empty icon="map" title="Nothing deployed yet">
            <p>Deploy a workflow or a reaction to see it here with its events.</p>
          </Empty>
        ) : (
          <FlowGraph map={map.data} steps={steps} />
        )}
      </section>
      <section className="card" aria-labelledby="subscribers">
        <div className="head">
          <h2 id="subscribers">Subscribers</h2>
        </div>
        {subscribers.isPending ? (
          <Loading lines={4} />
        ) : subscribers.error ? (
          <Failed error={subscribers.error} again={() => void subscribers.refetch()} />
        ) : subscribers.data.length === 0 ? (
          <Empty icon="event" title="No subscribers">
            <p>Workflows and reactions subscribe to events.</p>
          </Empty>
        ) : (
          <ul className="rows">
            {subscribers.data.map((subscriber) => (
              <li key={subscriber.name} className="row wrap">
                <Subscriber
                  subscriber={subscriber}
                  onSettings={() => setShown(shown === subscriber.name ? undefined : subscriber.name)}
                />
              </li>
            ))}
          </ul>
        )}
      </section>
      {shown !== undefined && (
        <Settings key={shown} of="reaction" name={shown} title={`Settings of ${shown}`} />
      )}
    </Page>
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
