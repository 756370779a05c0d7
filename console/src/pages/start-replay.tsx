import { type ReactNode, useState } from "react";
import { useEvents, useSubscribers } from "../api/queries.ts";
import { ActionDialog } from "../parts/action-dialog.tsx";

const HOUR = 60 * 60 * 1000;

/** An ISO time in the format of fields for local times. */
function local(time: number): string {
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What happens to work that is already done. */
export const WAYS = [
  { value: "dry", name: "Dry run: only count", meaning: "No handler is called." },
  { value: "deduplicated", name: "Skip completed work", meaning: "Only missed events are handled." },
  {
    value: "again",
    name: "Restart completed work",
    meaning: "Each run starts a new epoch and reuses no results. The action is recorded with your name.",
  },
] as const;
type Way = (typeof WAYS)[number]["value"];

/** Starts a replay: to whom, of which events, of which time. */
export function StartReplay({ onClose }: { onClose: () => void }) {
  const [subscriber, setSubscriber] = useState("");
  const [event, setEvent] = useState("");
  const [from, setFrom] = useState(() => local(Date.now() - HOUR));
  const [to, setTo] = useState("");
  const [way, setWay] = useState<Way>("dry");
  const range = rangeOf(from, to);
  const { subscribers, events } = useOffered(subscriber);
  return (
    <ActionDialog
      title="Replay events"
      description="Events that were published in a time range are delivered again."
      resource="replays"
      body={{
        ...(subscriber ? { subscriber } : { all: true }),
        ...range,
        ...(event && { events: [event] }),
        ...(way === "dry" && { dry: true }),
        ...(way === "again" && { again: true }),
      }}
      wrong={range ? undefined : "The start must be before the end."}
      confirm={way === "dry" ? "Count" : "Replay"}
      danger={way === "again"}
      refresh={[["replays"]]}
      onClose={onClose}
    >
      <div className="two">
        <Choice
          label="To"
          none="all subscribers"
          options={subscribers}
          value={subscriber}
          onChange={setSubscriber}
        />
        <Choice
          label="Event"
          none="all subscribed events"
          options={events}
          value={event}
          onChange={setEvent}
        />
        <TimeField label="Published from" value={from} onChange={setFrom} />
        <TimeField label="Until" value={to} onChange={setTo}>
          <span className="detail">Leave empty for now.</span>
        </TimeField>
      </div>
      <fieldset className="choices">
        <legend>Completed work</legend>
        {WAYS.map(({ value, name, meaning }) => (
          <label key={value} className="row">
            <input type="radio" name="way" checked={way === value} onChange={() => setWay(value)} />
            <span>
              {name} <span className="detail">{meaning}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </ActionDialog>
  );
}

/** The range as ISO times; undefined if it does not begin before its end. */
function rangeOf(from: string, to: string): { from: string; to?: string } | undefined {
  const [begin, end] = [Date.parse(from), to === "" ? Number.POSITIVE_INFINITY : Date.parse(to)];
  if (!(begin < end)) return undefined;
  return { from: new Date(begin).toISOString(), ...(to !== "" && { to: new Date(end).toISOString() }) };
}

/** The subscribers, and the events that one or all of them receive. */
function useOffered(subscriber: string): { subscribers: string[]; events: string[] } {
  const subscribers = useSubscribers().data ?? [];
  const events = useEvents().data ?? [];
  const own = subscribers.find(({ name }) => name === subscriber)?.events;
  const all = events.filter(({ reserved }) => !reserved).map(({ name }) => name);
  return { subscribers: subscribers.map(({ name }) => name), events: own ?? all };
}

function Choice({
  label,
  none,
  options,
  value,
  onChange,
}: {
  label: string;
  /** What no choice means. */
  none: string;
  options: readonly string[];
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <label className="field">
      {label}
      <select className="input" value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">{none}</option>
        {options.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

function TimeField({
  label,
  value,
  onChange,
  children,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children?: ReactNode;
}) {
  return (
    <label className="field">
      {label}
      <input
        className="input"
        type="datetime-local"
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      {children}
    </label>
  );
}
