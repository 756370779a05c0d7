import { cpus } from "node:os";
import { performance } from "node:perf_hooks";

/** The shortest interval for which the machine's counters are precise enough. In milliseconds. */
const WINDOW = 80;
/** A measurement older than this is outdated. In milliseconds. */
const LONGEST_WINDOW = 300;
const IDLE_SHARE = 0.15;

/**
 * Measures how busy the machine is, including all other processes, and how busy this thread is, which answers
 * the calls of all others.
 */
export class Processors {
  private counted = count();
  private loop = performance.eventLoopUtilization();
  private since = performance.now();
  private idle = false;

  /**
   * Whether there was idle time recently: without any, one more thread would only slow down the others. After
   * a while without a question, the answer is unknown, and so no.
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
