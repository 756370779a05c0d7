import { useState } from "react";
import { useEvents, useList, useReplay, useSubscribers } from "../api/queries.ts";
import type { ReplayView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { ActionDialog } from "../parts/action-dialog.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { When } from "../parts/time.tsx";
import { sentence } from "../text/sentence.ts";
import { shortTime } from "../text/time.ts";

/** Replays of archived events. */
export function Replays() {
  const { can } = useSession();
  const list = useList<ReplayView>(["replays"], "replays");
  const [ordering, setOrdering] = useState(false);
  return (
    <Page
      title="Replays"
      description="Archived events, delivered again. Completed work is not repeated unless you restart it."
      actions={
        <ActionButton icon="replay" primary allowed={can.operate} onClick={() => setOrdering(true)}>
          Replay events
        </ActionButton>
      }
    >
      <section className="card" aria-label="Replays">
        {list.isPending ? (
          <Loading />
        ) : list.error ? (
          <Failed error={list.error} again={() => void list.refetch()} />
        ) : list.items.length === 0 ? (
          <Empty icon="replay" title="No replays yet">
            <p>
              Replay events to backfill a new subscriber, or to recover after a failure. A dry run only
              counts.
            </p>
          </Empty>
        ) : (
          <ul className="rows">
            {list.items.map((replay) => (
              <li key={replay.replay} className="bar">
                <Replay replay={replay} />
              </li>
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <p className="bar">
            <button type="button" className="button" onClick={() => void list.fetchNextPage()}>
              Show more
            </button>
          </p>
        )}
      </section>
      {ordering && <StartReplay onClose={() => setOrdering(false)} />}
    </Page>
  );
}

/** How long after its request a replay's progress is polled: it is over long before. Milliseconds. */
const MAY_BE_RUNNING = 24 * 60 * 60 * 1000;

function Replay({ replay: listed }: { replay: ReplayView }) {
  const { can } = useSession();
  const recent = Date.now() - Date.parse(listed.requested.at) < MAY_BE_RUNNING;
  const replay = useReplay(listed.replay, recent).data ?? listed;
  const [cancelling, setCancelling] = useState(false);
  const {
    requested,
    from,
    to,
    subscribers,
    events,
    again,
    dry,
    counts,
    state,
    deliveredUntil,
    reason,
    cancelled,
  } = replay;
  const now = Date.now();
  return (
    <div className="stack" style={{ gap: 6 }}>
      <div className="row wrap">
        <strong>{subscribers.join(", ") || "All subscribers"}</strong>
        {state && <span className="chip">{state}</span>}
        {cancelled && <span className="chip">cancelled by {cancelled.by}</span>}
        {dry && <span className="chip">dry run</span>}
        {again && <span className="chip">restarted</span>}
        <span className="grow" />
        {(state === "starting" || state === "running") && (
          <ActionButton icon="stop" small danger allowed={can.operate} onClick={() => setCancelling(true)}>
            Cancel
          </ActionButton>
        )}
        <span className="detail">
          <When at={requested.at} />
        </span>
      </div>
      <p className="detail wrap-anywhere">
        {shortTime(from, now)} to {shortTime(to, now)}
        {events.length > 0 && `, ${events.join(", ")}`}. Requested by{" "}
        {sentence(`${requested.by}: ${requested.why}`)}
        {deliveredUntil && ` Delivered up to ${shortTime(deliveredUntil, now)}.`}
        {reason && ` ${sentence(reason)}`}
      </p>
      <ul className="row wrap" aria-label="Deliveries by outcome">
        {Object.entries(counts).map(([outcome, count]) => (
          <li key={outcome} className="chip">
            {outcome} <strong className="number">{count}</strong>
          </li>
        ))}
        {Object.keys(counts).length === 0 && <li className="detail">{withoutCounts(replay)}</li>}
      </ul>
      {cancelling && (
        <ActionDialog
          title="Cancel this replay"
          description="Events that were already delivered stay delivered."
          resource={`replays/${encodeURIComponent(replay.replay)}/cancel`}
          confirm="Cancel the replay"
          danger
          refresh={[["replays"]]}
          onClose={() => setCancelling(false)}
        />
      )}
    </div>
  );
}

/** The meaning of missing counts: the replay has just begun, or there was nothing to deliver. */
function withoutCounts({ state, dry }: ReplayView): string {
  if (state === "completed")
    return dry ? "0 events: nothing would be delivered." : "0 events: nothing was delivered.";
  return dry ? "Nothing counted yet." : "No deliveries yet.";
}

const HOUR = 60 * 60 * 1000;

/** An ISO time in the format of fields for local times. */
function local(time: number): string {
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function StartReplay({ onClose }: { onClose: () => void }) {
  const subscribers = useSubscribers();
  const events = useEvents();
  const [subscriber, setSubscriber] = useState("");
  const [event, setEvent] = useState("");
  const [from, setFrom] = useState(() => local(Date.now() - HOUR));
  const [to, setTo] = useState("");
  const [how, setHow] = useState<"dry" | "deduplicated" | "again">("dry");
  const begin = Date.parse(from);
  const end = Date.parse(to);
  const wrong = !(begin < (to ? end : Number.POSITIVE_INFINITY))
    ? "The start must be before the end."
    : undefined;
  const taken = subscribers.data?.find(({ name }) => name === subscriber)?.events;
  const names = taken ?? events.data?.filter(({ reserved }) => !reserved).map(({ name }) => name) ?? [];
  return (
    <ActionDialog
      title="Replay events"
      description="Events that were published in a time range are delivered again."
      resource="replays"
      body={{
        ...(subscriber ? { subscriber } : { all: true }),
        ...(!wrong && { from: new Date(begin).toISOString() }),
        ...(!wrong && to && { to: new Date(end).toISOString() }),
        ...(event && { events: [event] }),
        ...(how === "dry" && { dry: true }),
        ...(how === "again" && { again: true }),
      }}
      wrong={wrong}
      confirm={how === "dry" ? "Count" : "Replay"}
      danger={how === "again"}
      refresh={[["replays"]]}
      onClose={onClose}
    >
      <div className="two">
        <label className="field">
          To
          <select className="input" value={subscriber} onChange={({ target }) => setSubscriber(target.value)}>
            <option value="">all subscribers</option>
            {subscribers.data?.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label className="field">
          Event
          <select className="input" value={event} onChange={({ target }) => setEvent(target.value)}>
            <option value="">all subscribed events</option>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label className="field">
          Published from
          <input
            className="input"
            type="datetime-local"
            value={from}
            onChange={({ target }) => setFrom(target.value)}
          />
        </label>
        <label className="field">
          Until
          <input
            className="input"
            type="datetime-local"
            value={to}
            onChange={({ target }) => setTo(target.value)}
          />
          <span className="detail">Leave empty for now.</span>
        </label>
      </div>
      <fieldset className="choices">
        <legend>Completed work</legend>
        {(
          [
            ["dry", "Dry run: only count", "No handler is called."],
            ["deduplicated", "Skip completed work", "Only missed events are handled."],
            [
              "again",
              "Restart completed work",
              "Each run starts a new epoch and reuses no results. The action is recorded with your name.",
            ],
          ] as const
        ).map(([value, name, meaning]) => (
          <label key={value} className="row">
            <input type="radio" name="how" checked={how === value} onChange={() => setHow(value)} />
            <span>
              {name} <span className="detail">{meaning}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </ActionDialog>
  );
}
