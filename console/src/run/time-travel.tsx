import { Link } from "react-router";
import type { LogEntry, RunDetail } from "../api/types.ts";
import { useNow } from "../app/now.ts";
import { Icon } from "../parts/icon.tsx";
import { duration } from "../text/duration.ts";
import { exactTime } from "../text/time.ts";
import { busyIn, endIn, spanOf } from "./moments.ts";
import { type TimeScale, timeScale } from "./time-scale.ts";
import { useMoment, useMomentKeys } from "./use-moment.ts";
import "./time-travel.css";

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
  const { moment, isPast, hold, go, toNow } = useMoment({ at, log, to, onTravel });
  useMomentKeys(go);
  const offset = duration(moment - from);
  return (
    <div className={`travel${isPast ? " past" : ""}`}>
      <div className="row">
        <StepButton way="before" onGo={go} />
        <div className="track">
          <Ticks log={log} scale={scale} />
          <input
            type="range"
            aria-label="Time that is shown"
            aria-valuetext={isPast ? `${offset} after acceptance` : "now"}
            min={0}
            max={100}
            step={0.25}
            value={scale.place(moment)}
            onChange={({ target: { value } }) =>
              hold(value === "100" ? to : Math.round(scale.timeAt(Number(value))))
            }
          />
        </div>
        <StepButton way="after" onGo={go} />
      </div>
      <div className="row wide shown-time">
        <span className="clip" aria-live="polite">
          {isPast ? (
            <PastState moment={moment} offset={offset} log={log} behind={behind} />
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
        {isPast && (
          <button type="button" className="button small" onClick={toNow}>
            Back to now
          </button>
        )}
      </div>
    </div>
  );
}

const STEPS = {
  before: { name: "Previous event", key: "[", icon: "back" },
  after: { name: "Next event", key: "]", icon: "forward" },
} as const;

function StepButton({ way, onGo }: { way: "before" | "after"; onGo: (way: "before" | "after") => void }) {
  const { name, key, icon } = STEPS[way];
  return (
    <button
      type="button"
      className="button plain icon small"
      aria-label={name}
      title={`${name} (${key})`}
      onClick={() => onGo(way)}
    >
      <Icon name={icon} />
    </button>
  );
}

/** A tick for each event. */
function Ticks({ log, scale }: { log: readonly LogEntry[]; scale: TimeScale }) {
  return (
    <div className="ticks" aria-hidden="true">
      {log.map(({ id, at, name }) => (
        <span
          key={id}
          className={/failed|stuck|timed-out|late/.test(name) ? "bad" : ""}
          style={{ left: `${scale.place(Date.parse(at))}%` }}
        />
      ))}
    </div>
  );
}

function PastState({
  moment,
  offset,
  log,
  behind,
}: {
  moment: number;
  offset: string;
  log: readonly LogEntry[];
  behind: boolean;
}) {
  const last = log.findLast((entry) => Date.parse(entry.at) <= moment);
  return (
    <>
      <strong>State at {exactTime(new Date(moment).toISOString())}</strong>{" "}
      <span className="detail">
        {offset} in{last && `, after ${last.name}${last.path ? ` ${last.path}` : ""}`}
        {behind && " …"}
      </span>
    </>
  );
}
