import { useState } from "react";
import { useTimeline } from "../api/queries.ts";
import type { RunDetail } from "../api/types.ts";
import { useNow } from "../app/now.ts";
import { Icon } from "../parts/icon.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { duration } from "../text/duration.ts";
import { plural } from "../text/plural.ts";
import { KINDS, type Kind, spentTime } from "./spent-time.ts";
import { type TimeScale, timeScale } from "./time-scale.ts";
import { busyOf, type Drawn, nameOf, type WaterfallGroup, waterfall } from "./waterfall.ts";

const AT_FIRST = 200;
const ZOOMS = [1, 2, 4, 8] as const;

const SAYS: Record<Kind, string> = {
  queued: "queue time",
  running: "running",
  backoff: "backoff",
  waiting: "waiting for an event",
  person: "waiting for a person",
  deferred: "deferred",
};

/** The waterfall of a run: a row for each path, with its activity over time. Idle time is drawn shorter. */
export function RunTimeline({ detail, at }: { detail: RunDetail; at: string | undefined }) {
  const timeline = useTimeline(detail.run);
  const now = useNow();
  const [all, setAll] = useState(false);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [zoom, setZoom] = useState(1);
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
  const groups = waterfall(bars, to);
  const scale = timeScale(busyOf(groups), from, to);
  const shown = all ? groups : groups.slice(0, AT_FIRST);
  const spent = spentTime(bars, to);
  const failed = bars.filter(({ outcome }) => outcome === "failed").length;
  const toggle = (node: string) =>
    setOpened((before) => {
      const after = new Set(before);
      if (!after.delete(node)) after.add(node);
      return after;
    });
  const moment = at === undefined ? undefined : Date.parse(at);
  return (
    <div className="timeline">
      <div className="row wide wrap legend">
        <ul className="row wrap" aria-label="Time by activity" style={{ gap: "4px 20px" }}>
          {KINDS.filter((kind) => spent[kind] > 0).map((kind) => (
            <li key={kind} className="row">
              <span className={`swatch bar-${kind}`} /> {SAYS[kind]}{" "}
              <strong className="number">{duration(spent[kind])}</strong>
            </li>
          ))}
          {failed > 0 && (
            <li className="row">
              <span className="swatch bar-failed" /> {plural(failed, "failed attempt")}
            </li>
          )}
          <li className="row">
            <span className="swatch critical-mark" /> critical path
          </li>
        </ul>
        <span className="row" role="group" aria-label="Zoom" style={{ gap: 2 }}>
          {ZOOMS.map((factor) => (
            <button
              key={factor}
              type="button"
              className="button small"
              aria-pressed={zoom === factor}
              onClick={() => setZoom(factor)}
            >
              {factor}×
            </button>
          ))}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: otherwise it cannot be scrolled by keyboard */}
      <div className="bars" role="group" aria-label="Bars" tabIndex={0}>
        <div className="bars-inside" style={{ "--zoom": zoom } as React.CSSProperties}>
          <div className="bars-row axis" aria-hidden="true">
            <span className="name" />
            <div className="lane">
              {scale.marks.map((mark) => (
                <span key={mark.after} style={{ left: `${mark.at}%` }}>
                  {mark.after === 0 ? "0" : duration(mark.after)}
                </span>
              ))}
            </div>
          </div>
          {scale.idle.length > 0 && (
            <div className="bars-row idle-row">
              <span className="name detail">idle, compressed</span>
              <div className="lane">
                {scale.idle.map((stretch) => (
                  <span
                    key={stretch.from}
                    className="idle"
                    title={`Nothing was queued or ran for ${duration(stretch.to - stretch.from)}`}
                    style={extent(scale, stretch)}
                  >
                    {duration(stretch.to - stretch.from)}
                  </span>
                ))}
              </div>
            </div>
          )}
          {shown.map((group) => (
            <Group
              key={`${group.node} ${group.rows[0]!.path}`}
              group={group}
              open={opened.has(group.node)}
              onToggle={() => toggle(group.node)}
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

interface Lanes {
  scale: TimeScale;
  moment: number | undefined;
}

function Group({
  group: { node, rows, bars, critical },
  open,
  onToggle,
  ...lanes
}: Lanes & { group: WaterfallGroup; open: boolean; onToggle: () => void }) {
  if (rows.length === 1) return <Row path={rows[0]!.path} bars={bars} critical={critical} {...lanes} />;
  const { name, place } = nameOf(node);
  return (
    <>
      <div className={critical ? "bars-row critical" : "bars-row"}>
        <button
          type="button"
          className="name opens-group"
          aria-expanded={open}
          title={open ? "Collapse" : "Expand"}
          onClick={onToggle}
        >
          <Icon name="forward" size={11} className={open ? "arrow open" : "arrow"} />
          <span className="own">
            {name} ×{rows.length.toLocaleString("en")}
          </span>
          <span className="place clip">{place}</span>
        </button>
        <Lane bars={bars} says={node} {...lanes} />
      </div>
      {open &&
        rows
          .slice(0, AT_FIRST)
          .map((row) => (
            <Row key={row.path} path={row.path} bars={row.bars} critical={row.critical} inner {...lanes} />
          ))}
      {open && rows.length > AT_FIRST && <p className="detail bars-row">The first {AT_FIRST} are shown.</p>}
    </>
  );
}

function Row({
  path,
  bars,
  critical,
  inner = false,
  ...lanes
}: Lanes & { path: string; bars: Drawn[]; critical: boolean; inner?: boolean }) {
  const { name, place } = nameOf(path);
  return (
    <div className={`bars-row${critical ? " critical" : ""}${inner ? " inner" : ""}`}>
      <span className="name" title={path}>
        <span className="own">{name}</span> <span className="place clip">{place}</span>
      </span>
      <Lane bars={bars} says={path} {...lanes} />
    </div>
  );
}

function Lane({ bars, says, scale, moment }: Lanes & { bars: Drawn[]; says: string }) {
  return (
    <div className="lane">
      {scale.idle.map((stretch) => (
        <span key={stretch.from} className="idle-shade" style={extent(scale, stretch)} />
      ))}
      {bars.map((bar) => {
        const text = `${says}: ${bar.outcome === "failed" ? "failed attempt" : SAYS[bar.kind]} ${duration(bar.to - bar.from)}${bar.attempt > 1 ? `, attempt ${bar.attempt}` : ""}${bar.open ? ", in progress" : ""}`;
        return (
          <span
            key={`${bar.kind}${bar.outcome}${bar.from}${bar.attempt}`}
            className={`time-bar bar-${bar.outcome === "failed" ? "failed" : bar.kind}${bar.open ? " open" : ""}`}
            role="img"
            aria-label={text}
            title={text}
            style={extent(scale, bar)}
          />
        );
      })}
      {moment !== undefined && <span className="moment-line" style={{ left: `${scale.place(moment)}%` }} />}
    </div>
  );
}

function extent({ place }: TimeScale, { from, to }: { from: number; to: number }): React.CSSProperties {
  return { left: `${place(from)}%`, width: `max(3px, ${place(to) - place(from)}%)` };
}
