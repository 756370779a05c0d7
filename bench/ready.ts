import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { median, print, say, table } from "./figures.ts";
import { ROOT, withFolder, within } from "./harness.ts";

/**
 * From the command to the line that says the cloud is ready: `npm start`, with an empty data folder and an app that is synthesized,
 * then with what the first start left, the data and the assembly, and with a command that does nothing in place of the first film.
 */
const REPETITIONS = 3;
const LIMIT_SECONDS = 120;

/** Milliseconds. */
interface Start {
  /** npm, Node, and the command's own modules. */
  launch: number;
  synth: number;
  boot: number;
}

async function start(data: string, ...options: string[]): Promise<Start> {
  const began = performance.now();
  const child = spawn(
    "npm",
    ["start", "--", "--port", "0", "--data", data, "--then", "node --version", ...options],
    {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
      // A group of its own, so that the signal reaches npm's child as Ctrl-C does.
      detached: true,
    },
  );
  const gone = once(child, "exit");
  try {
    return await within(LIMIT_SECONDS, "npm start", times(child.stdout, began));
  } finally {
    if (child.exitCode === null) process.kill(-child.pid!, "SIGINT");
    await within(LIMIT_SECONDS, "Stopping", gone);
  }
}

async function times(output: NodeJS.ReadableStream, began: number): Promise<Start> {
  let launched = 0;
  for await (const line of createInterface({ input: output })) {
    if (/^Synthesizing|^The app has not changed/.test(line)) launched = performance.now() - began;
    const boot = /is ready at .* \((\d+) ms\)/.exec(line)?.[1];
    if (boot === undefined) continue;
    const ready = performance.now() - began;
    return { launch: launched, synth: ready - launched - Number(boot), boot: Number(boot) };
  }
  throw new Error("npm start ended before it was ready; what it said is above.");
}

const row = (label: string, starts: Start[]) => {
  const parts = (["launch", "synth", "boot"] as const).map((part) => median(starts.map((one) => one[part])));
  const total = median(starts.map(({ launch, synth, boot }) => launch + synth + boot));
  return [label, ...[...parts, total].map((milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`)];
};

const first: Start[] = [];
const second: Start[] = [];
for (let repetition = 0; repetition < REPETITIONS; repetition++) {
  await withFolder(async (folder) => {
    const data = join(folder, "data");
    say(`npm start, repetition ${repetition + 1}`);
    first.push(await start(data, "--fresh"));
    second.push(await start(data));
  });
}
print(
  table(
    ["start", "npm and Node", "synth", "boot", "ready after"],
    [row("first, synthesized", first), row("second, unchanged", second)],
  ),
);
