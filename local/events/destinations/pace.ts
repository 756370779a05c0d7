const SECOND = 1000;

/** Distributes requests over time: a maximum number in each second. */
export class Pace {
  private began = Number.NEGATIVE_INFINITY;
  private taken = 0;

  /** When the next request may be sent, milliseconds; never earlier than `now`. */
  next(now: number, perSecond: number): number {
    if (now >= this.began + Math.ceil(this.taken / perSecond) * SECOND) {
      this.began = now;
      this.taken = 0;
    }
    return Math.max(now, this.began + Math.floor(this.taken++ / perSecond) * SECOND);
  }
}
