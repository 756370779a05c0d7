import { TokenBucket } from "./token-bucket.ts";

const PERIOD = 30 * 60_000;

/**
 * The throughput of an on-demand table as a whole, in units per second: the initial one, and later twice the
 * busiest second of the last half hour. So a load may double every 30 minutes.
 */
export class WarmThroughput {
  private perSecond: number;
  private bucket: TokenBucket;
  private periodStart: number;
  private second = 0;
  private usedInSecond = 0;
  private peak = 0;

  constructor(perSecond: number, now: number) {
    this.perSecond = perSecond;
    this.bucket = new TokenBucket({ burst: perSecond, perSecond }, now);
    this.periodStart = now;
  }

  /** Takes the actual usage if anything was left. */
  charge(now: number, units: number): boolean {
    this.grow(now);
    if (!this.bucket.charge(now, units)) return false;
    const second = Math.floor(now / 1000);
    this.usedInSecond = second === this.second ? this.usedInSecond + units : units;
    this.second = second;
    this.peak = Math.max(this.peak, this.usedInSecond);
    return true;
  }

  private grow(now: number): void {
    if (now - this.periodStart < PERIOD) return;
    this.periodStart = now;
    if (2 * this.peak > this.perSecond) {
      this.perSecond = 2 * this.peak;
      this.bucket = new TokenBucket({ burst: this.perSecond, perSecond: this.perSecond }, now);
    }
    this.peak = 0;
  }
}
