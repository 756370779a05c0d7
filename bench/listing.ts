import { join } from "node:path";
import { type Api, openApi } from "./api.ts";
import { type Call, observeCalls } from "./calls.ts";
import { percentile, print, say, table } from "./figures.ts";
import { BENCH_APP, onStage, type Stage, synthesizeInto, withFolder } from "./harness.ts";
import { COMMON_ERROR, keyOf, RARE_ERROR, timeOf, writeRuns } from "./listed-runs.ts";
import { benchSix } from "./workflow/definitions.ts";

/**
 * How long the API takes to list and to search runs, over HTTP and through the deployed function, by how many runs there
 * are: `node bench/listing.ts`, or with the numbers of runs: `node bench/listing.ts 1000 10000`. One request at a time.
 */
const given = process.argv.slice(2).map(Number);
const SIZES = given.length > 0 ? given : [1_000, 10_000, 100_000];
const WARM_UP = 5;
const MEASURED = 50;
const PAGE = 50;
const DEEP = 15;

/** A search, by how many runs there are. `page` counts from 1. */
interface Search {
  label: string;
  query(runs: number): Record<string, string>;
  page?: number;
}

const workflow = benchSix.name;
const SEARCHES: Search[] = [
  { label: "newest page", query: () => ({}) },
  { label: `page ${DEEP}`, query: () => ({}), page: DEEP },
  { label: "up to a time, in the middle", query: (runs) => ({ to: timeOf(runs / 2) }) },
  { label: "by workflow and status: most", query: () => ({ workflow, status: "succeeded" }) },
  { label: "by workflow and status: few", query: () => ({ workflow, status: "failed" }) },
  { label: "by workflow and key", query: (runs) => ({ workflow, key: keyOf(runs / 2) }) },
  { label: "by a common error", query: () => ({ error: COMMON_ERROR }) },
  { label: "by a rare error", query: () => ({ error: RARE_ERROR }) },
  { label: "by a part of what it is about", query: (runs) => ({ text: keyOf(runs / 2) }) },
];

/** What one request makes the table read. */
class Reads {
  items = 0;
  units = 0;

  readonly observe = ({ service, operation, output }: Call): void => {
    if (service !== "dynamodb" || !output) return;
    const found = Object.values<unknown[]>(output.Responses ?? {}).reduce(
      (sum, { length }) => sum + length,
      0,
    );
    if (operation === "Query") this.items += output.ScannedCount;
    if (operation === "BatchGetItem") this.items += found;
    for (const { CapacityUnits } of [output.ConsumedCapacity ?? []].flat()) this.units += CapacityUnits;
  };
}

interface Measured {
  times: number[];
  /** Of one request. */
  found: number;
  items: number;
  units: number;
}

async function measure(api: Api, reads: Reads, { query, page = 1 }: Search, runs: number): Promise<Measured> {
  const wanted = new URLSearchParams({ limit: String(PAGE), ...query(runs) });
  const ask = async () =>
    (await (await api.get(`runs?${wanted}`)).json()) as { items: unknown[]; next?: string };
  for (let at = 1; at < page; at++) {
    const { next } = await ask();
    if (next === undefined) throw new Error(`There are only ${at} pages of ${runs} runs.`);
    wanted.set("cursor", next);
  }
  for (let time = 0; time < WARM_UP; time++) await ask();
  const before = { items: reads.items, units: reads.units };
  const { items } = await ask();
  const one = { found: items.length, items: reads.items - before.items, units: reads.units - before.units };
  const times: number[] = [];
  for (let time = 0; time < MEASURED; time++) {
    const asked = performance.now();
    await ask();
    times.push(performance.now() - asked);
  }
  return { times, ...one };
}

/** Cells of a table: a row for each search, two columns for each number of runs. */
async function measureAll(stage: Stage): Promise<string[][]> {
  const api = await openApi(stage);
  const reads = new Reads();
  observeCalls(stage.cloud.kernel, reads.observe, { capacity: true });
  const rows = SEARCHES.map(({ label }) => [label]);
  let written = 0;
  for (const runs of SIZES) {
    say(`listing: ${runs} runs`);
    await writeRuns(stage.cloud.kernel, stage.output("Table"), written, runs);
    written = runs;
    for (const [at, search] of SEARCHES.entries()) {
      const { times, found, items, units } = await measure(api, reads, search, runs);
      const [middle, late] = [percentile(times, 50), percentile(times, 95)].map((time) => time.toFixed(1));
      rows[at]!.push(`${middle}, ${late} ms`, `${found} of ${items}, ${units.toFixed(1)}`);
    }
  }
  return rows;
}

await withFolder(async (folder) => {
  const assembly = join(folder, "assembly");
  await synthesizeInto(assembly, BENCH_APP);
  const rows = await onStage(assembly, join(folder, "data"), measureAll);
  const headings = SIZES.flatMap((runs) => [
    `${runs.toLocaleString("en")} runs: p50, p95`,
    "found of read, units",
  ]);
  print(table(["search", ...headings], rows));
});
