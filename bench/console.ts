import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { serveMock } from "../console/mock/serve.ts";
import { consoleFolder } from "../lib/constructs/control-plane/console-assets.ts";
import { installedBrowser } from "../test/console/chromium.ts";
import { print, say, spread, table } from "./figures.ts";

/**
 * The size of the console, and the time until it shows something: the built files, served from this machine with the
 * answers of a recorded app and 100,000 runs, in a new profile of Chromium each time.
 */
const REPETITIONS = 9;
const RUNS = 100_000;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];

/** Kilobytes of the files that a page loads, as they are and compressed. */
function weigh(folder: string, files: readonly string[]): [string, string] {
  const contents = files.map((file) => readFileSync(join(folder, file)));
  const kilobytes = (bytes: number) => (bytes / 1000).toFixed(0);
  return [
    kilobytes(contents.reduce((sum, content) => sum + content.length, 0)),
    kilobytes(contents.reduce((sum, content) => sum + gzipSync(content).length, 0)),
  ];
}

interface Seen {
  /** Milliseconds since the address was opened. */
  painted: number;
  listed: number;
  /** Files that the page has loaded by then. */
  files: string[];
}

async function open(address: string, place: string, row: string): Promise<Seen> {
  const browser = await chromium.launch({ executablePath: installedBrowser!, args: FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1360, height: 860 } });
    await page.goto(`${address}#token=let-me-in&to=${place}`);
    await page.locator(row).first().waitFor();
    return (await page.evaluate(`(() => ({
      painted: performance.getEntriesByName("first-contentful-paint")[0].startTime,
      listed: performance.now(),
      files: performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.includes("/assets/")),
    }))()`)) as Seen;
  } finally {
    await browser.close();
  }
}

if (installedBrowser === undefined) {
  say("No Chromium or Chrome was found; install one, or name it in CHROMIUM.");
  process.exit(1);
}
const folder = consoleFolder();
const mock = await serveMock(folder, { runs: RUNS });
const [run] = mock.recording.items<{ run: string }>("/runs");
const places = [
  ["Overview", "/", ".tile .figure"],
  [`Runs (${RUNS.toLocaleString("en")})`, "/runs", ".table-row"],
  ["A run", `/runs/${run!.run}`, ".react-flow__node"],
] as const;
const rows: string[][] = [];
for (const [name, place, row] of places) {
  const seen: Seen[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++)
    seen.push(await open(mock.address, place, row));
  const files = ["index.html", ...seen[0]!.files.map((file) => `assets/${file.split("/").at(-1)}`)];
  rows.push([
    name,
    spread(seen.map(({ painted }) => painted)),
    spread(seen.map(({ listed }) => listed)),
    ...weigh(folder, [...new Set(files)]),
  ]);
}
await mock.close();
const everything = readdirSync(join(folder, "assets"))
  .filter((file) => [".js", ".css"].includes(extname(file)))
  .map((file) => `assets/${file}`);
rows.push(["Everything", "", "", ...weigh(folder, everything)]);
print(table(["page", "first paint, ms", "content there, ms", "files, kB", "gzip, kB"], rows));
