import type { Rate } from "../../aws-limits/rates.ts";

/**
 * A bucket that holds `burst` tokens and is refilled at a constant rate. Initially full. Times are
 * milliseconds of a monotonic clock.
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

  /** Takes this number of tokens; takes none and answers false if there are fewer. */
  take(now: number, amount = 1): boolean {
    this.fill(now);
    if (this.tokens < amount) return false;
    this.tokens -= amount;
    return true;
  }

  /**
   * Takes the actual usage if any token is left: that may be more than the bucket had, which then becomes a
   * debt.
   */
  charge(now: number, amount: number): boolean {
    this.fill(now);
    if (this.tokens <= 0) return false;
    this.tokens -= amount;
    return true;
  }

  /** Takes this number of tokens in advance. Answers the milliseconds until they are available. */
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
