import { useState } from "react";
import { useTimeline } from "../api/queries.ts";
import type { RunDetail, TimelineBar } from "../api/types.ts";
import { useNow } from "../app/now.ts";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { duration } from "../text/duration.ts";
import { plural } from "../text/plural.ts";
import { KINDS, spentTime } from "./spent-time.ts";
import { ticks } from "./ticks.ts";

const AT_FIRST = 200;

/** Time by activity: a row for each path, with what it was doing when. */
export function RunTimeline({ detail, at }: { detail: RunDetail; at: string | undefined }) {
  const timeline = useTimeline(detail.run);
  const now = useNow();
  const [all, setAll] = useState(false);
  if (timeline.isPending) return <Loading lines={5} />;
  if (timeline.error) return <Failed error={timeline.error} again={() => void timeline.refetch()} />;
  const { bars } = timeline.data;
  if (bars.length === 0) {
    return (
      <Empty icon="clock" title="No activity yet">
        <p>Bars appear when a step is queued or a wait starts.</p>
      </Empty>
    );
  }
  const from = Math.min(Date.parse(detail.acceptedAt), ...bars.map((bar) => Date.parse(bar.from)));
  const open = bars.some(({ to }) => to === undefined);
  const to = Math.max(from + 1, open ? now : 0, ...bars.map((bar) => Date.parse(bar.to ?? bar.from)));
  const place = (time: number) => ((time - from) / (to - from)) * 100;
  const paths = [...new Set(bars.map(({ path }) => path))];
  const shown = all ? paths : paths.slice(0, AT_FIRST);
  const spent = spentTime(bars, to);
  return (
    <div className="timeline">
      <ul className="row wrap legend" aria-label="Time by activity">
        {KINDS.filter((kind) => spent[kind] > 0).map((kind) => (
          <li key={kind} className="row">
            <span className={`swatch bar-${kind}`} /> {kind}{" "}
            <strong className="number">{duration(spent[kind])}</strong>
          </li>
        ))}
      </ul>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: otherwise it cannot be scrolled by keyboard */}
      <div className="bars" role="group" aria-label="Bars" tabIndex={0}>
        <div className="bars-row axis" aria-hidden="true">
          <span />
          <div className="lane">
            {ticks(to - from).map((tick) => (
              <span key={tick} style={{ left: `${(tick / (to - from)) * 100}%` }}>
                {tick === 0 ? "0" : duration(tick)}
              </span>
            ))}
          </div>
        </div>
        {shown.map((path) => (
          <div key={path} className="bars-row">
            <span className="mono clip" title={path}>
              {path}
            </span>
            <div className="lane">
              {bars
                .filter((bar) => bar.path === path)
                .map((bar) => (
                  <Bar key={`${bar.kind}${bar.from}${bar.attempt}`} bar={bar} end={to} place={place} />
                ))}
              {at !== undefined && (
                <span className="moment-line" style={{ left: `${place(Date.parse(at))}%` }} />
              )}
            </div>
          </div>
        ))}
      </div>
      {shown.length < paths.length && (
        <p className="bar">
          <button type="button" className="button" onClick={() => setAll(true)}>
            Show all {plural(paths.length, "row")}
          </button>
        </p>
      )}
    </div>
  );
}

function Bar({
  bar: { path, kind, from, to, attempt },
  end,
  place,
}: {
  bar: TimelineBar;
  end: number;
  place: (time: number) => number;
}) {
  const begin = Date.parse(from);
  const over = to === undefined ? end : Date.parse(to);
  const says = `${path} ${kind} ${duration(over - begin)}${attempt > 1 ? `, attempt ${attempt}` : ""}${to ? "" : ", in progress"}`;
  return (
    <span
      className={`bar-${kind} time-bar`}
      role="img"
      aria-label={says}
      title={says}
      style={{ left: `${place(begin)}%`, width: `max(3px, ${place(over) - place(begin)}%)` }}
    />
  );
}
