import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem, type } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { say } from "./figures.ts";
import { ROOT } from "./harness.ts";

/**
 * Runs the benchmarks one after the other, each in a process of its own, and writes their figures into RESULTS.md (or the page that they belong to):
 * `node bench/run.ts`, or `node bench/run.ts latency cost` for some of them.
 */
const BENCHMARKS = [
  "ready",
  "reload",
  "console",
  "listing",
  "live",
  "bundles",
  "latency",
  "aws-latency",
  "throughput",
  "busy",
  "branches",
  "lists",
  "webhook",
  "cost",
  "local/engines",
  "local/patterns",
  "local/depth",
  "simulation",
  "scale",
  "agents",
  "limits",
];
const RESULTS = join(import.meta.dirname, "RESULTS.md");
/** Figures that belong to another page. */
const PAGES: Record<string, string> = {
  scale: join(ROOT, "docs/scale.md"),
  agents: join(ROOT, "bench/agents/RESULTS.md"),
  limits: join(ROOT, "docs/scale.md"),
};

async function run(name: string): Promise<void> {
  const load = loadavg()[0]!.toFixed(1);
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`)], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [figures, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`bench/${name}.ts ended with ${code}; what it said is above.`);
  record(name, `${figures.trim()}\n\n${machine()}. Load average before: ${load}.`);
}

/** "2026-11-21, Node v24.21.0, Linux, 2 cores (…), 8 GB". */
function machine(): string {
  const date = new Date().toISOString().slice(0, 10);
  const cores = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"})`;
  return `${date}, Node ${process.version}, ${type()}, ${cores}, ${Math.round(totalmem() / 2 ** 30)} GB`;
}

/** Puts figures between the marks of a benchmark; the text around them is left as it is. */
function record(name: string, figures: string): void {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const page = PAGES[name] ?? RESULTS;
  const results = readFileSync(page, "utf8");
  const [before, rest] = results.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${page} has no place for figures: ${begin} … ${end}.`);
  writeFileSync(page, `${before}${begin}\n\n${figures}\n\n${end}${after}`);
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !BENCHMARKS.includes(name));
if (unknown.length > 0) {
  say(`There is no benchmark ${unknown.join(", ")}. There are: ${BENCHMARKS.join(", ")}.`);
  process.exit(1);
}
for (const name of BENCHMARKS.filter((one) => wanted.length === 0 || wanted.includes(one))) {
  say(`— ${name}`);
  await run(name);
}
