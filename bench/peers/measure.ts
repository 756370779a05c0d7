import { median } from "../figures.ts";
import { withFolder } from "../harness.ts";
import { CONTENDERS } from "./contenders.ts";

/** Measures one contender in this process, and prints the result as JSON: `node measure.ts <name> <runs> <outstanding>`. */

export interface Measured {
  durability: string;
  /** With the given number of runs outstanding. */
  runsPerSecond: number;
  /** Of one run after another: the median, milliseconds. */
  oneRun: number;
}

/** Runs before the measured ones: until then much of what is measured would be the compilation of code. */
const WARM_UP = 5000;
/**
 * Runs one after another, not measured and measured, and the seconds after which there are no more of them: a run alone
 * takes other paths through the code than many at once.
 */
const WARM_UP_ALONE = 500;
const ALONE = 200;
const LONGEST_ALONE = 20;

async function measure(name: string, count: number, outstanding: number): Promise<Measured> {
  return await withFolder(async (folder) => {
    const contender = await CONTENDERS[name]!(folder);
    try {
      let sent = 0;
      const run = () => contender.run(`run-${sent++}`);
      await batch(run, WARM_UP, outstanding);
      const began = performance.now();
      await batch(run, count, outstanding);
      const seconds = (performance.now() - began) / 1000;
      await alone(run, WARM_UP_ALONE);
      const oneRun = median(await alone(run, ALONE));
      return { durability: contender.durability, runsPerSecond: count / seconds, oneRun };
    } finally {
      await contender.stop();
    }
  });
}

async function batch(run: () => Promise<void>, count: number, outstanding: number): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await run();
  };
  await Promise.all(Array.from({ length: outstanding }, lane));
}

/** The milliseconds of each run. */
async function alone(run: () => Promise<void>, count: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + LONGEST_ALONE * 1000;
  while (times.length < count && performance.now() < end) {
    const sentAt = performance.now();
    await run();
    times.push(performance.now() - sentAt);
  }
  return times;
}

const [name = "", count, outstanding] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await measure(name, Number(count), Number(outstanding)))}\n`);
process.exit();
