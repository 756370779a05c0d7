import type { Rate } from "../../aws-limits/rates.ts";

/**
 * A bucket that holds `burst` tokens and is refilled steadily. Full at first. Times are milliseconds of a clock that never
 * goes back.
 */
export class TokenBucket {
  private readonly rate: Rate;
  private tokens: number;
  private filledAt: number;

  constructor(rate: Rate, now: number) {
    this.rate = rate;
    this.tokens = rate.burst;
    this.filledAt = now;
  }

  /** Takes so many tokens; takes none and answers false where there are fewer. */
  take(now: number, amount = 1): boolean {
    this.fill(now);
    if (this.tokens < amount) return false;
    this.tokens -= amount;
    return true;
  }

  /** Takes what turned out to be used, where anything was left: that may be more than was there, and is then owed. */
  charge(now: number, amount: number): boolean {
    this.fill(now);
    if (this.tokens <= 0) return false;
    this.tokens -= amount;
    return true;
  }

  /** Takes so many tokens in advance. Answers in how many milliseconds they will have been there. */
  reserve(now: number, amount = 1): number {
    this.fill(now);
    this.tokens -= amount;
    return this.tokens >= 0 ? 0 : Math.ceil((-this.tokens / this.rate.perSecond) * 1000);
  }

  private fill(now: number): void {
    const refill = ((now - this.filledAt) / 1000) * this.rate.perSecond;
    this.tokens = Math.min(this.rate.burst, this.tokens + refill);
    this.filledAt = now;
  }
}
