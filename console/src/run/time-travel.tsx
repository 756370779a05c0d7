import { useEffect, useState } from "react";
import { Link } from "react-router";
import type { LogEntry, RunDetail } from "../api/types.ts";
import { useNow } from "../app/now.ts";
import { Icon } from "../parts/icon.tsx";
import { duration } from "../text/duration.ts";
import { exactTime } from "../text/time.ts";
import { busyIn, endIn, neighbour, spanOf } from "./moments.ts";
import { timeScale } from "./time-scale.ts";

/** Milliseconds for which the slider must rest before the state is requested. */
const REST = 150;

/**
 * The slider through a run's time. Its right end is now; elsewhere the page shows the state of the run at
 * that time, which is in the address. The arrows, and [ and ], move from event to event.
 */
export function TimeTravel({
  detail,
  log,
  at,
  behind,
  onTravel,
}: {
  detail: RunDetail;
  log: readonly LogEntry[];
  at: string | undefined;
  /** The displayed state is still that of another time. */
  behind: boolean;
  onTravel: (at: string | undefined) => void;
}) {
  const now = useNow();
  const end = detail.endedAt ?? endIn(log);
  const { from, to } = spanOf({ ...detail, endedAt: end }, log, end === undefined ? now : 0);
  // Long periods without an event are drawn shorter, as in the timeline.
  const scale = timeScale(busyIn(log), from, to);
  const [held, setHeld] = useState<number>();
  const moment = held ?? (at === undefined ? to : Date.parse(at));
  useEffect(() => {
    if (held === undefined) return;
    const timer = setTimeout(() => {
      if (held >= to) setHeld(undefined);
      onTravel(held >= to ? undefined : new Date(held).toISOString());
    }, REST);
    return () => clearTimeout(timer);
  }, [held, to, onTravel]);
  // Kept until the address has it: then that is displayed.
  useEffect(
    () => setHeld((before) => (at !== undefined && before === Date.parse(at) ? undefined : before)),
    [at],
  );

  /** From the slider's own value, since keys may come faster than pages are drawn. */
  const go = (way: "before" | "after") =>
    setHeld((before) => {
      const next = neighbour(log, before ?? moment, way);
      if (next) return Date.parse(next.at);
      return way === "after" ? to : before;
    });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if ((event.target as HTMLElement).closest("input:not([type=range]), textarea, select, dialog")) return;
      if (event.key === "[") go("before");
      if (event.key === "]") go("after");
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });

  const past = at !== undefined || held !== undefined;
  const offset = duration(moment - from);
  const shown = log.findLast((entry) => Date.parse(entry.at) <= moment);
  return (
    <div className={`travel${past ? " past" : ""}`}>
      <div className="row">
        <button
          type="button"
          className="button plain icon small"
          aria-label="Previous event"
          title="Previous event ([)"
          onClick={() => go("before")}
        >
          <Icon name="back" />
        </button>
        <div className="track">
          <div className="ticks" aria-hidden="true">
            {log.map(({ id, at: time, name }) => (
              <span
                key={id}
                className={/failed|stuck|timed-out|late/.test(name) ? "bad" : ""}
                style={{ left: `${scale.place(Date.parse(time))}%` }}
              />
            ))}
          </div>
          <input
            type="range"
            aria-label="Time that is shown"
            aria-valuetext={past ? `${offset} after acceptance` : "now"}
            min={0}
            max={100}
            step={0.25}
            value={scale.place(moment)}
            onChange={({ target }) =>
              setHeld(target.value === "100" ? to : Math.round(scale.timeAt(Number(target.value))))
            }
          />
        </div>
        <button
          type="button"
          className="button plain icon small"
          aria-label="Next event"
          title="Next event (])"
          onClick={() => go("after")}
        >
          <Icon name="forward" />
        </button>
      </div>
      <div className="row wide says">
        <span className="clip" aria-live="polite">
          {past ? (
            <>
              <strong>State at {exactTime(new Date(moment).toISOString())}</strong>{" "}
              <span className="detail">
                {offset} in{shown && `, after ${shown.name}${shown.path ? ` ${shown.path}` : ""}`}
                {behind && " …"}
              </span>
            </>
          ) : (
            <span className="detail">
              Current state{end ? " (ended)" : ""}. Move the slider to see an earlier state.
            </span>
          )}
        </span>
        {at !== undefined && (
          <Link
            className="button plain small"
            to={`/compare?${new URLSearchParams({ a: detail.run, aAt: at, b: detail.run })}`}
          >
            Compare with now
          </Link>
        )}
        {past && (
          <button
            type="button"
            className="button small"
            onClick={() => {
              setHeld(undefined);
              onTravel(undefined);
            }}
          >
            Back to now
          </button>
        )}
      </div>
    </div>
  );
}
