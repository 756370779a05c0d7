/** The use of a limit. */
export interface LimitUse {
  /** Admitted calls, deliveries or units. For concurrency, the maximum. */
  used: number;
  /** How often something was refused or had to wait. */
  throttled: number;
  /**
   * The largest user within one second (a function, a queue, a partition), and its amount. Empty if the limit
   * is shared.
   */
  busiest: { subject: string; perSecond: number };
  /** The largest user in total. */
  most: { subject: string; used: number };
}

/** Counts the use of a limit, second by second. */
export class UseCounter {
  used = 0;
  throttled = 0;
  private busiest = { subject: "", perSecond: 0 };
  private most = { subject: "", used: 0 };
  private readonly inAll = new Map<string, number>();
  private second = 0;
  private readonly inSecond = new Map<string, number>();

  note(now: number, subject: string, amount: number): void {
    this.used += amount;
    const second = Math.floor(now / 1000);
    if (second !== this.second) this.inSecond.clear();
    this.second = second;
    const perSecond = (this.inSecond.get(subject) ?? 0) + amount;
    this.inSecond.set(subject, perSecond);
    if (perSecond > this.busiest.perSecond) this.busiest = { subject, perSecond };
    const used = (this.inAll.get(subject) ?? 0) + amount;
    this.inAll.set(subject, used);
    if (used > this.most.used) this.most = { subject, used };
  }

  /** Records an amount that is a level, not a flow. */
  reach(subject: string, amount: number): void {
    this.used = Math.max(this.used, amount);
    if (amount <= this.most.used) return;
    this.most = { subject, used: amount };
    this.busiest = { subject, perSecond: amount };
  }

  figures(): LimitUse {
    const { used, throttled, busiest, most } = this;
    return { used, throttled, busiest: { ...busiest }, most: { ...most } };
  }
}
