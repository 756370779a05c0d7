import type { Rate } from "../../aws-limits/rates.ts";
import { TokenBucket } from "./token-bucket.ts";

/**
 * How fast the concurrency of one function may grow. It does not shrink: environments are kept for minutes.
 */
export class ScalingRate {
  private readonly bucket: TokenBucket;
  private reached = 0;

  constructor(rate: Rate, now: number) {
    this.bucket = new TokenBucket(rate, now);
  }

  /** Whether this number of concurrent invocations is allowed now. */
  admit(now: number, concurrency: number): boolean {
    if (concurrency <= this.reached) return true;
    if (!this.bucket.take(now, concurrency - this.reached)) return false;
    this.reached = concurrency;
    return true;
  }
}
