import { cpus } from "node:os";
import { performance } from "node:perf_hooks";

/** Shorter than this, what the machine counts is too coarse to tell anything. In milliseconds. */
const WINDOW = 80;
/** Longer than this, the measure is of the past. In milliseconds. */
const LONGEST_WINDOW = 300;
const IDLE_SHARE = 0.15;

/** Watches how busy the machine is, with everything that runs on it, and how busy this thread, which answers the calls of all others. */
export class Processors {
  private counted = count();
  private loop = performance.eventLoopUtilization();
  private since = performance.now();
  private idle = false;

  /**
   * Whether there was time left over lately: where there was none, one more thread would only slow the others. Where
   * there was no question for a while, that is not known yet, and the answer is no.
   */
  get areIdle(): boolean {
    const now = performance.now();
    const passed = now - this.since;
    if (passed >= WINDOW) {
      const { all, idle } = count();
      const loop = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(loop, this.loop);
      this.idle =
        passed <= LONGEST_WINDOW &&
        idle - this.counted.idle >= IDLE_SHARE * (all - this.counted.all) &&
        1 - utilization >= IDLE_SHARE;
      this.counted = { all, idle };
      this.loop = loop;
      this.since = now;
    }
    return this.idle;
  }
}

function count(): { all: number; idle: number } {
  let all = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    all += times.user + times.nice + times.sys + times.irq + times.idle;
    idle += times.idle;
  }
  return { all, idle };
}
