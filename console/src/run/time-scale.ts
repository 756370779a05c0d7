import { ticks } from "./ticks.ts";

export interface Span {
  from: number;
  to: number;
}

/** The position of a time, in percent; and the idle periods that are shortened. */
export interface TimeScale {
  place: (time: number) => number;
  /** The time at a percentage. */
  timeAt: (percent: number) => number;
  idle: Span[];
  marks: { at: number; after: number }[];
}

/**
 * A period without queued or running work is idle if it is longer than this, and than this share of all busy
 * time.
 */
const LEAST_IDLE = 1_000;
const IDLE_SHARE = 0.25;
/** The width of an idle period, as a share of all busy time; and of all of them together. */
const DRAWN = 0.12;
const DRAWN_ALL = 0.5;
/** Percent between two marks. */
const APART = 9;

/** The time axis of a run: in proportion while work is done, compressed while idle. Epoch milliseconds. */
export function timeScale(busy: readonly Span[], from: number, to: number): TimeScale {
  const idle = idleOf(busy, from, to);
  const dense = to - from - total(idle);
  const each = idle.length === 0 ? 0 : dense * Math.min(DRAWN, DRAWN_ALL / idle.length);
  const drawn = dense + each * idle.length;
  const place = (time: number) => {
    const at = Math.min(to, Math.max(from, time));
    let length = at - from;
    for (const stretch of idle) {
      if (at <= stretch.from) break;
      const passed = Math.min(at, stretch.to) - stretch.from;
      length += (passed / (stretch.to - stretch.from)) * each - passed;
    }
    return drawn === 0 ? 0 : (length / drawn) * 100;
  };
  return {
    place,
    timeAt: inverse(place, idle, from, to),
    idle,
    marks: marksOf(idle, from, to, dense, place),
  };
}

/** Between the ends of idle periods, time is drawn in proportion. */
function inverse(place: TimeScale["place"], idle: readonly Span[], from: number, to: number) {
  const bends = [from, ...idle.flatMap((stretch) => [stretch.from, stretch.to]), to];
  return (percent: number) => {
    const next = Math.max(
      1,
      bends.findIndex((bend) => place(bend) >= percent),
    );
    const [before, after] = [bends[next - 1]!, bends[next]!];
    const [left, right] = [place(before), place(after)];
    const share = right > left ? (percent - left) / (right - left) : 1;
    return before + Math.min(1, Math.max(0, share)) * (after - before);
  };
}

function idleOf(busy: readonly Span[], from: number, to: number): Span[] {
  const united = unite(busy);
  const gaps: Span[] = [];
  let last = from;
  for (const span of [...united, { from: to, to }]) {
    if (span.from > last) gaps.push({ from: last, to: span.from });
    last = Math.max(last, span.to);
  }
  const least = Math.max(LEAST_IDLE, total(united) * IDLE_SHARE);
  // If everything is idle, shortening gains nothing.
  return united.length === 0 ? [] : gaps.filter((gap) => gap.to - gap.from > least);
}

function marksOf(
  idle: readonly Span[],
  from: number,
  to: number,
  dense: number,
  place: (time: number) => number,
): TimeScale["marks"] {
  const [first = 0, second = dense || 1] = ticks(Math.max(1, dense));
  const step = Math.max(1, second - first);
  const marks: TimeScale["marks"] = [];
  let start = from;
  for (const stretch of [...idle, { from: to, to }]) {
    for (let at = from + Math.ceil((start - from) / step) * step; at <= stretch.from; at += step) {
      const after = marks.at(-1)?.at;
      if (after === undefined || place(at) - after >= APART) marks.push({ at: place(at), after: at - from });
    }
    start = stretch.to;
  }
  return marks;
}

/** Spans that overlap or touch as one, in order. */
export function unite(spans: readonly Span[]): Span[] {
  const united: Span[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = united.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else united.push({ from, to });
  }
  return united;
}

function total(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}
