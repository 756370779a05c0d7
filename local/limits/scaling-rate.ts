import type { Rate } from "../../aws-limits/rates.ts";
import { TokenBucket } from "./token-bucket.ts";

/** How fast the concurrency of one function may grow. What it has reached, it keeps: environments stay for minutes. */
export class ScalingRate {
  private readonly bucket: TokenBucket;
  private reached = 0;

  constructor(rate: Rate, now: number) {
    this.bucket = new TokenBucket(rate, now);
  }

  /** Whether so many invocations may run at once now. */
  admit(now: number, concurrency: number): boolean {
    if (concurrency <= this.reached) return true;
    if (!this.bucket.take(now, concurrency - this.reached)) return false;
    this.reached = concurrency;
    return true;
  }
}
