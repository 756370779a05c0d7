import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { EventStreamReader } from "../console/src/api/event-stream.ts";
import { VIEWERS_NOTICED } from "../lib/contract/log/feed.ts";
import { runId } from "../lib/contract/runs/run-id.ts";
import { type Api, openApi } from "./api.ts";
import { observeCalls } from "./calls.ts";
import { percentile, print, say, table } from "./figures.ts";
import { BENCH_APP, onStage, type Stage, synthesizeInto, withFolder, within } from "./harness.ts";
import { Runs } from "./runs.ts";
import { BenchRequested, benchSix } from "./workflow/definitions.ts";

/**
 * The time from an event until a client of the live updates receives its run: PutEvents → intake → table → stream → relay
 * → feed → the answer to a request that waits. Clients send their requests as the console does. One run at a time, each sent at another
 * moment of the second in which the API reads the feed: `node bench/live.ts`, or with the number of runs: `node bench/live.ts 10`.
 */
const [CHANGES = 100] = process.argv.slice(2).map(Number);
const CLIENTS = [1, 20];
const WARM_UP = 3;
const LIMIT_SECONDS = 60;
/** Multiples of it fall evenly over a second. */
const GOLDEN = 0.618034;

/** A client that follows changes, and reports the runs in them. */
async function follow(api: Api, observe: (run: string) => void, signal: AbortSignal): Promise<void> {
  let last: string | undefined;
  while (!signal.aborted) {
    const headers = last === undefined ? undefined : { "last-event-id": last };
    const reader = new EventStreamReader();
    const text = await api.get("live", headers, signal).then((response) => response.text());
    for (const { data } of reader.push(text)) for (const { run } of JSON.parse(data)) observe(run);
    last = reader.lastId ?? last;
    await pause(reader.retry ?? 0);
  }
}

/** Milliseconds from each event to each client. */
async function measure(stage: Stage, clients: number, batch: string): Promise<number[]> {
  const api = await openApi(stage);
  const runs = new Runs();
  observeCalls(stage.cloud.kernel, runs.observe);
  const stop = new AbortController();
  let waitsFor = "";
  let arrivals = new Map<number, number>();
  let all = Promise.withResolvers<void>();
  const following = Array.from({ length: clients }, (_, client) =>
    follow(
      api,
      (run) => {
        if (run !== waitsFor || arrivals.has(client)) return;
        arrivals.set(client, performance.now());
        if (arrivals.size === clients) all.resolve();
      },
      stop.signal,
    ),
  );
  const failed = Promise.all(following).then(() => Promise.reject(new Error("No viewer follows any more.")));
  failed.catch(() => {}); // The waiter for an arrival handles it.

  const change = async (at: number): Promise<number[]> => {
    const id = `${batch}-${at}`;
    waitsFor = runId(benchSix.name, BenchRequested.name, id);
    arrivals = new Map();
    all = Promise.withResolvers();
    await pause(1000 * ((at * GOLDEN) % 1));
    const sent = performance.now();
    await stage.publish(BenchRequested.name, [{ id }]);
    await within(LIMIT_SECONDS, `News of ${id}`, Promise.race([all.promise, failed]));
    await within(LIMIT_SECONDS, `Run ${id}`, runs.reached(at + 1));
    return [...arrivals.values()].map((arrived) => arrived - sent);
  };
  // Relays have noticed the viewer by then.
  await pause(VIEWERS_NOTICED);
  const delays: number[] = [];
  for (let at = 0; at < WARM_UP + CHANGES; at++) {
    const some = await change(at);
    if (at >= WARM_UP) delays.push(...some);
  }
  stop.abort();
  await failed.catch(() => {});
  return delays;
}

await withFolder(async (folder) => {
  const assembly = join(folder, "assembly");
  await synthesizeInto(assembly, BENCH_APP);
  const rows: string[][] = [];
  for (const clients of CLIENTS) {
    say(`live: ${clients} clients`);
    const data = join(folder, `data-${clients}`);
    const delays = await onStage(assembly, data, (stage) => measure(stage, clients, `live-${clients}`));
    rows.push([
      String(clients),
      String(delays.length),
      ...[50, 99, 100].map((percent) => `${percentile(delays, percent).toFixed(0)} ms`),
    ]);
  }
  print(table(["clients", "arrivals", "p50", "p99", "most"], rows));
});
