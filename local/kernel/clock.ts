/** The time of the engines. Nothing in the local cloud reads another clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `wake` once, at `time` or as soon after it as possible; the returned function cancels it. */
  at(time: number, wake: () => void): () => void;
}

/**
 * Milliseconds. A timer of Node.js does not count the time for which the machine sleeps, nor a change of its clock: so a
 * wake looks at the clock again after this long.
 */
const LONGEST_TIMEOUT = 60_000;

/** The machine's clock. */
export function realClock(): Clock {
  return {
    now: Date.now,
    at(time, wake) {
      let timer: NodeJS.Timeout;
      const arm = () => {
        timer = setTimeout(look, Math.min(Math.max(0, time - Date.now()), LONGEST_TIMEOUT));
      };
      // A timer may also fire before the clock shows its time.
      const look = () => (Date.now() < time ? arm() : wake());
      arm();
      return () => clearTimeout(timer);
    },
  };
}

export interface VirtualClock extends Clock {
  /** When the next timer is due, or undefined if there is none. */
  next(): number | undefined;
  /** Advances time to `time` (never back) and fires the timers of the earliest due time on the way. */
  advanceTo(time: number): void;
}

interface Wake {
  time: number;
  order: number;
  wake: () => void;
  cancelled: boolean;
}

/**
 * Time that only passes when it is advanced. Timers of the same time fire in the order in which they were
 * set.
 */
export function virtualClock(start: number): VirtualClock {
  let now = start;
  let order = 0;
  const heap: Wake[] = [];

  const before = (a: Wake, b: Wake) => a.time < b.time || (a.time === b.time && a.order < b.order);

  const push = (wake: Wake) => {
    let at = heap.push(wake) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at]!, heap[parent]!)) break;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  };

  const pop = () => {
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return top;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < heap.length && before(heap[left]!, heap[least]!)) least = left;
      if (right < heap.length && before(heap[right]!, heap[least]!)) least = right;
      if (least === at) return top;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  };

  const next = () => {
    while (heap[0]?.cancelled) pop();
    return heap[0]?.time;
  };

  return {
    now: () => now,
    at(time, wake) {
      const entry: Wake = { time: Math.max(time, now), order: order++, wake, cancelled: false };
      push(entry);
      return () => {
        entry.cancelled = true;
      };
    },
    next,
    advanceTo(time) {
      const due = next();
      if (due === undefined || due > time) {
        now = Math.max(now, time);
        return;
      }
      now = Math.max(now, due);
      while (next() === due) pop().wake();
    },
  };
}
