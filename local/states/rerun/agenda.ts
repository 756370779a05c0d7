import type { Stimulus } from "../advance/advance.ts";

interface Entry {
  /** Milliseconds since the epoch. */
  time: number;
  order: number;
  stimulus: Stimulus;
}

/** After everything else of the same time. */
const LAST = Number.MAX_SAFE_INTEGER;

/** What is going to move an execution, and when. */
export class Agenda {
  private readonly entries: Entry[] = [];

  /** Of entries of the same time, the one with the lower order comes first; then the one that was added first. */
  add(time: number, stimulus: Stimulus, order = LAST): void {
    const after = this.entries.findIndex(
      (entry) => entry.time > time || (entry.time === time && entry.order > order),
    );
    this.entries.splice(after < 0 ? this.entries.length : after, 0, { time, order, stimulus });
  }

  next(): Entry | undefined {
    return this.entries.shift();
  }
}
