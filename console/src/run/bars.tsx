import { Icon } from "../parts/icon.tsx";
import { duration } from "../text/duration.ts";
import { KIND_NAMES } from "./spent-time.ts";
import type { TimeScale } from "./time-scale.ts";
import { type Drawn, nameOf, type WaterfallGroup } from "./waterfall.ts";

/** The initial number of rows: an `each` may have thousands. */
export const AT_FIRST = 200;

interface Lanes {
  scale: TimeScale;
  moment: number | undefined;
}

/** The bars of a node: in a row, or in one that opens to a row for each of its calls. */
export function Group({
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
        <Lane bars={bars} description={node} {...lanes} />
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
      <Lane bars={bars} description={path} {...lanes} />
    </div>
  );
}

function Lane({ bars, description, scale, moment }: Lanes & { bars: Drawn[]; description: string }) {
  return (
    <div className="lane">
      {scale.idle.map((stretch) => (
        <span key={stretch.from} className="idle-shade" style={extent(scale, stretch)} />
      ))}
      {bars.map((bar) => {
        const text = `${description}: ${describeBar(bar)}`;
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

/** "failed attempt 1.2 s, attempt 2" */
function describeBar({ kind, outcome, from, to, attempt, open }: Drawn): string {
  const name = outcome === "failed" ? "failed attempt" : KIND_NAMES[kind];
  return [`${name} ${duration(to - from)}`, attempt > 1 && `attempt ${attempt}`, open && "in progress"]
    .filter(Boolean)
    .join(", ");
}

/** Where a stretch of time is drawn. */
export function extent(
  { place }: TimeScale,
  { from, to }: { from: number; to: number },
): React.CSSProperties {
  return { left: `${place(from)}%`, width: `max(3px, ${place(to) - place(from)}%)` };
}
