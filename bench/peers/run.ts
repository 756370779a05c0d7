import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { median, print, say, spread, table } from "../figures.ts";
import { within } from "../harness.ts";
import { CONTENDERS } from "./contenders.ts";
import type { Measured } from "./measure.ts";

/**
 * Six trivial steps, each kept before the next begins: after a warm-up, 4,000 runs with 64 outstanding; then 500 one after
 * another to warm up, and 200 that are measured. The contenders alternate (A B C D A B C D …), each in a process of its own
 * with its own server, on an empty disk.
 *
 *   npm install && node run.ts [rounds] [runs] [outstanding]
 */
const [rounds = 3, runs = 4000, outstanding = 64] = process.argv.slice(2).map(Number);
const LIMIT_SECONDS = 300;

async function measure(name: string): Promise<Measured> {
  const script = join(import.meta.dirname, "measure.ts");
  const child = spawn(process.execPath, [script, name, `${runs}`, `${outstanding}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(child, "exit");
  try {
    const output = await within(LIMIT_SECONDS, name, text(child.stdout));
    return JSON.parse(output.trim().split("\n").at(-1)!);
  } finally {
    child.kill();
    await gone;
  }
}

const results = new Map<string, Measured[]>(Object.keys(CONTENDERS).map((name) => [name, []]));
for (let round = 1; round <= rounds; round++) {
  for (const [name, measured] of results) {
    const one = await measure(name);
    measured.push(one);
    say(
      `round ${round}, ${name}: ${one.runsPerSecond.toFixed(1)} runs/s, one run ${one.oneRun.toFixed(1)} ms`,
    );
  }
}

const rate = (measured: Measured[]) => median(measured.map(({ runsPerSecond }) => runsPerSecond));
const time = (measured: Measured[]) => median(measured.map(({ oneRun }) => oneRun));
const ratio = (theirs: number, ours: number) => `${Number((theirs / ours).toPrecision(2))}`;
const ours = results.values().next().value!;
print(
  table(
    ["", `runs/s at ${outstanding} outstanding`, "× Millrace's", "one run, ms", "× Millrace's", "durability"],
    [...results].map(([name, measured]) => [
      name,
      spread(
        measured.map(({ runsPerSecond }) => runsPerSecond),
        1,
      ),
      ratio(rate(measured), rate(ours)),
      spread(
        measured.map(({ oneRun }) => oneRun),
        2,
      ),
      ratio(time(measured), time(ours)),
      measured[0]!.durability,
    ]),
  ),
);
