import type { TimelineBar } from "../api/types.ts";
import { duration } from "../text/duration.ts";
import { plural } from "../text/plural.ts";
import { KIND_NAMES, KINDS, spentTime } from "./spent-time.ts";

/** The kinds of activity in a run, with the time that each took, and marks that bars have. */
export function Legend({ bars, to }: { bars: readonly TimelineBar[]; to: number }) {
  const spent = spentTime(bars, to);
  const failed = bars.filter(({ outcome }) => outcome === "failed").length;
  return (
    <ul className="row wrap" aria-label="Time by activity" style={{ gap: "4px 20px" }}>
      {KINDS.filter((kind) => spent[kind] > 0).map((kind) => (
        <li key={kind} className="row">
          <span className={`swatch bar-${kind}`} /> {KIND_NAMES[kind]}{" "}
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
  );
}

const ZOOMS = [1, 2, 4, 8] as const;

export function ZoomButtons({ zoom, onZoom }: { zoom: number; onZoom: (zoom: number) => void }) {
  return (
    <span className="row" role="group" aria-label="Zoom" style={{ gap: 2 }}>
      {ZOOMS.map((factor) => (
        <button
          key={factor}
          type="button"
          className="button small"
          aria-pressed={zoom === factor}
          onClick={() => onZoom(factor)}
        >
          {factor}×
        </button>
      ))}
    </span>
  );
}
