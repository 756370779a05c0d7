import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../harness.ts";
import { Helper } from "./helper.ts";
import { SOAKS, type Soak } from "./kinds.ts";
import { reportOf } from "./report.ts";
import type { Shrunk } from "./shrink.ts";
import { wire } from "./wiring.ts";
import type { Share } from "./worker.ts";

/**
 * Runs many seeds and checks the invariants of each: `--kind memory` runs the functions over services in memory, `--kind whole` their
 * bundles in the simulated cloud.
 *
 *   node bench/soak/seeds.ts --kind memory --seeds 1000 [--from 1] [--processes 1] [--resume FILE] [--report FILE]
 *   node bench/soak/seeds.ts --kind memory --only 4711      runs one seed and shrinks what it breaks
 *
 * What was run is kept in FILE, one line for each share of seeds, so that a run which is stopped continues where it was. Ends with 1
 * where an invariant broke.
 */
const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    kind: text,
    seeds: text,
    from: text,
    processes: text,
    resume: text,
    report: text,
    only: text,
    app: text,
    "no-shrink": { type: "boolean" },
  },
});
const kind = (values.kind ?? "memory") as Soak;
if (!SOAKS.includes(kind)) fail(`--kind is "${kind}". Give one of ${SOAKS.join(", ")}.`);
const from = Number(values.only ?? values.from ?? 1);
const seeds = values.only === undefined ? Number(values.seeds ?? 1000) : 1;
const processes = Number(values.processes ?? 1);
if (![from, seeds, processes].every((one) => Number.isInteger(one) && one >= 0))
  fail("--from, --seeds and --processes are whole numbers.");

/** Seeds that a process runs in one request. */
const SHARE = kind === "memory" ? 100 : 10;
/** A process with more than that is replaced, megabytes. */
const MOST_MEMORY = 1_500;

const folder = values.app ?? join(ROOT, "node_modules/.cache/millrace-soak/app");
const file = values.resume ?? join(ROOT, `node_modules/.cache/millrace-soak/${kind}-${Date.now()}.jsonl`);
mkdirSync(join(ROOT, "node_modules/.cache/millrace-soak"), { recursive: true });
await wire(folder, { again: values.app === undefined });

const shares: Share[] = existsSync(file)
  ? readFileSync(file, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Share)
  : [];
const done = new Set(shares.map((share) => share.from));
const waiting: { from: number; to: number }[] = [];
for (let at = from; at < from + seeds; at += SHARE) {
  if (!done.has(at)) waiting.push({ from: at, to: Math.min(at + SHARE, from + seeds) });
}

async function work(): Promise<void> {
  let process = new Helper(kind, folder);
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const share = (await process.ask({ do: "run", ...next })) as Share;
    if (share.failed.length === share.to - share.from)
      fail(`No seed could be run: ${share.failed[0]!.error}`);
    shares.push(share);
    appendFileSync(file, `${JSON.stringify(share)}\n`);
    for (const { seed, kind: broken, about } of share.broken)
      console.error(`seed ${seed}: ${broken}: ${about}`);
    for (const { seed, error } of share.failed) console.error(`seed ${seed} could not be run: ${error}`);
    const tried = shares.reduce((sum, one) => sum + one.to - one.from, 0);
    console.error(
      `${tried} of ${seeds} seeds, ${Math.round((Date.now() - began) / 1000)} s, ${share.memory} MB`,
    );
    if (share.memory > MOST_MEMORY) {
      process.end();
      process = new Helper(kind, folder);
    }
  }
  process.end();
}

/** The first seed of each kind of violation, made small. */
async function shrinkAll(): Promise<Shrunk[]> {
  const first = new Map<string, string>();
  for (const { broken } of [...shares].sort((a, b) => a.from - b.from))
    for (const one of broken) if (!first.has(one.kind)) first.set(one.kind, one.seed);
  if (first.size === 0) return [];
  const process = new Helper(kind, folder);
  const all: Shrunk[] = [];
  for (const [broken, seed] of first) {
    const one = (await process.ask({ do: "shrink", seed, kind: broken })) as Partial<Shrunk>;
    if (one.seed !== undefined) all.push(one as Shrunk);
  }
  process.end();
  return all;
}

function fail(why: string): never {
  console.error(why);
  process.exit(2);
}

const began = Date.now();
await Promise.all(Array.from({ length: Math.min(processes, waiting.length) }, work));
const shrunk = values["no-shrink"] ? [] : await shrinkAll();
const report = reportOf(kind, shares, shrunk);
console.log(report);
if (values.report) writeFileSync(values.report, report);
if (shares.some(({ broken, failed }) => broken.length + failed.length > 0)) process.exitCode = 1;
