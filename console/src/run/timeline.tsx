import { useState } from "react";
import { useTimeline } from "../api/queries.ts";
import type { RunDetail, TimelineBar } from "../api/types.ts";
import { useNow } from "../app/now.ts";
import { Answer } from "../parts/answer.tsx";
import { Empty } from "../parts/states.tsx";
import { duration } from "../text/duration.ts";
import { plural } from "../text/plural.ts";
import { AT_FIRST, extent, Group } from "./bars.tsx";
import { Legend, ZoomButtons } from "./legend.tsx";
import { type TimeScale, timeScale } from "./time-scale.ts";
import { busyOf, waterfall } from "./waterfall.ts";
import "./timeline.css";

/** The waterfall of a run: a row for each path, with its activity over time. Idle time is drawn shorter. */
export function RunTimeline({ detail, at }: { detail: RunDetail; at: string | undefined }) {
  return (
    <Answer query={useTimeline(detail.run)} lines={5}>
      {({ bars }) =>
        bars.length > 0 ? (
          <Waterfall bars={bars} acceptedAt={detail.acceptedAt} at={at} />
        ) : (
          <Empty icon="clock" title="No activity yet">
            <p>Bars appear when a step is queued or a wait starts.</p>
          </Empty>
        )
      }
    </Answer>
  );
}

function Waterfall({
  bars,
  acceptedAt,
  at,
}: {
  bars: readonly TimelineBar[];
  acceptedAt: string;
  at: string | undefined;
}) {
  const now = useNow();
  const [all, setAll] = useState(false);
  const [zoom, setZoom] = useState<number>(1);
  const opened = useOpened();
  const from = Math.min(Date.parse(acceptedAt), ...bars.map((bar) => Date.parse(bar.from)));
  const open = bars.some(({ to }) => to === undefined);
  const to = Math.max(from + 1, open ? now : 0, ...bars.map((bar) => Date.parse(bar.to ?? bar.from)));
  const groups = waterfall(bars, to);
  const scale = timeScale(busyOf(groups), from, to);
  const moment = at === undefined ? undefined : Date.parse(at);
  const shown = all ? groups : groups.slice(0, AT_FIRST);
  return (
    <div className="timeline">
      <div className="row wide wrap legend">
        <Legend bars={bars} to={to} />
        <ZoomButtons zoom={zoom} onZoom={setZoom} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: otherwise it cannot be scrolled by keyboard */}
      <div className="bars" role="group" aria-label="Bars" tabIndex={0}>
        <div className="bars-inside" style={{ "--zoom": zoom } as React.CSSProperties}>
          <Axis scale={scale} />
          {scale.idle.length > 0 && <IdleRow scale={scale} />}
          {shown.map((group) => (
            <Group
              key={`${group.node} ${group.rows[0]!.path}`}
              group={group}
              open={opened.has(group.node)}
              onToggle={() => opened.toggle(group.node)}
              scale={scale}
              moment={moment}
            />
          ))}
        </div>
      </div>
      {shown.length < groups.length && (
        <p className="bar">
          <button type="button" className="button" onClick={() => setAll(true)}>
            Show all {plural(groups.length, "row")}
          </button>
        </p>
      )}
    </div>
  );
}

/** The groups that are open. */
function useOpened() {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  return {
    has: (node: string) => opened.has(node),
    toggle: (node: string) => setOpened((before) => before.symmetricDifference(new Set([node]))),
  };
}

/** Percent: the text of a later mark has no room behind it. */
const LATE = 92;

function Axis({ scale: { marks } }: { scale: TimeScale }) {
  return (
    <div className="bars-row axis" aria-hidden="true">
      <span className="name" />
      <div className="lane">
        {marks.map(({ after, at }) => (
          <span key={after} className={at > LATE ? "before" : undefined} style={{ left: `${at}%` }}>
            {after === 0 ? "0" : duration(after)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** Where idle time is drawn shorter, and how long it was. */
function IdleRow({ scale }: { scale: TimeScale }) {
  return (
    <div className="bars-row idle-row">
      <span className="name detail">idle, compressed</span>
      <div className="lane">
        {scale.idle.map((stretch) => {
          const length = duration(stretch.to - stretch.from);
          return (
            <span
              key={stretch.from}
              className="idle"
              title={`Nothing was queued or ran for ${length}`}
              style={extent(scale, stretch)}
            >
              {length}
            </span>
          );
        })}
      </div>
    </div>
  );
}
