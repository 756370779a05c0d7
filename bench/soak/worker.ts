import type { Soak } from "./kinds.ts";
import { runnerOf } from "./kinds.ts";
import { kindOf } from "./seed-outcome.ts";
import { shrink } from "./shrink.ts";

/** What the runner asks of a process of its own. */
export type Asked = { do: "run"; from: number; to: number } | { do: "shrink"; seed: string; kind: string };

/** A share of seeds as it came out. */
export interface Share {
  from: number;
  to: number;
  /** By what they break: the seeds, and what the first breaks. */
  broken: { seed: string; kind: string; about: string }[];
  /** Seeds that could not be run at all. */
  failed: { seed: string; error: string }[];
  calls: number;
  /** Milliseconds of processor time. */
  cpu: number;
  /** Megabytes. */
  memory: number;
}

const [kind, folder] = process.argv.slice(2) as [Soak, string];
const runSeed = await runnerOf(kind, folder);

async function runShare(from: number, to: number): Promise<Share> {
  const before = process.cpuUsage();
  const share: Share = { from, to, broken: [], failed: [], calls: 0, cpu: 0, memory: 0 };
  for (let seed = from; seed < to; seed++) {
    try {
      const { violations, calls } = await runSeed(String(seed));
      share.calls += calls;
      const kinds = new Map(violations.map((one) => [kindOf(one), one.about]));
      for (const [broken, about] of kinds) share.broken.push({ seed: String(seed), kind: broken, about });
    } catch (error) {
      share.failed.push({ seed: String(seed), error: String((error as Error).stack).slice(0, 600) });
    }
  }
  const { user, system } = process.cpuUsage(before);
  return {
    ...share,
    cpu: Math.round((user + system) / 1000),
    memory: Math.round(process.memoryUsage().rss / 1e6),
  };
}

process.on("message", async (asked: Asked) => {
  const answer =
    asked.do === "run" ? await runShare(asked.from, asked.to) : await shrink(runSeed, asked.seed, asked.kind);
  process.send!(answer ?? {});
});
process.send!("ready");
