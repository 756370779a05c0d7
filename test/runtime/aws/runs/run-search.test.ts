import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, test } from "vitest";
import type { RunSearch } from "../../../../lambdas/runtime/api/run-partitions.ts";
import { tableRunSearch } from "../../../../lambdas/runtime/aws/runs/run-search.ts";
import { tableRuns } from "../../../../lambdas/runtime/aws/runs/runs.ts";
import { listedItems } from "../../../../lambdas/runtime/aws/table/listed-items.ts";
import { tableOver } from "../../../../lambdas/runtime/aws/table/table.ts";
import type { Place } from "../../../../lambdas/runtime/ports/list-part.ts";
import { keyedPartition, shardOf } from "../../../../lib/contract/keys/index-partitions.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import { runId } from "../../../../lib/contract/runs/run-id.ts";
import { indexesOf } from "../../../../lib/contract/runs/run-indexes.ts";
import type { RunItem } from "../../../../lib/contract/table.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-03-01T00:00:00.000Z");
const table = stateTable(NOW);
const WORKFLOWS = ["film", "trailer"].map((name) => ({ name, on: ["wanted"] }));

const EVENT = { id: "e", name: "wanted", version: 1, time: "", source: "s", correlation: "c", hops: 0 };

/** Seven a minute, so that several are of one moment. */
const accepted = (number: number) => new Date(NOW + Math.floor(number / 7) * 60_000).toISOString();

async function put(workflow: string, number: number, more: Partial<RunItem> = {}): Promise<string> {
  const run = runId(workflow, "wanted", String(number));
  const item = {
    ...runKey(run),
    kind: "run",
    run,
    workflow,
    epoch: 1,
    version: "v",
    status: "accepted",
    input: "{}",
    event: EVENT,
    payload: "",
    acceptedAt: accepted(number),
    listedAt: accepted(number),
    list: shardOf("run", run),
    about: `key-${number % 3}`,
    keyed: keyedPartition(workflow, `key-${number % 3}`),
    revision: 1,
    changedAt: accepted(number),
    expiresAt: 0,
    ...more,
  } as RunItem;
  await tableRuns(table(), () => NOW).accept({ ...item, ...indexesOf(item) });
  return run;
}

async function all(search: RunSearch, limit = 10): Promise<{ runs: string[]; pages: number }> {
  const find = tableRunSearch(table(), WORKFLOWS);
  const runs: string[] = [];
  let after: Place | undefined;
  for (let pages = 1; ; pages++) {
    const page = await find(search, limit, after);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    runs.push(...page.items.map(({ run }) => run));
    if (!page.next) return { runs, pages };
    after = page.next;
  }
}

describe("runs of two workflows, some of which have ended", () => {
  const films: string[] = [];
  const failed: string[] = [];

  test("are found page by page, each once, newest first", async () => {
    const runs = tableRuns(table(), () => NOW + 86_400_000);
    for (let number = 0; number < 60; number++) films.push(await put("film", number));
    for (let number = 0; number < 20; number++) await put("trailer", number);
    for (const run of films.slice(0, 5)) {
      const cause = JSON.stringify({ step: "draw", name: "TypeError", message: "no" });
      await runs.change(run, (item) => ({
        ...item,
        status: "failed",
        failure: { error: "Millrace.GiveUp", cause },
      }));
      failed.push(run);
    }
    await runs.end(films[5]!, 1, { status: "succeeded", output: 1 });

    const { runs: found, pages } = await all({ workflow: "film" });
    expect(new Set(found)).toEqual(new Set(films));
    expect(found).toHaveLength(60);
    expect(pages).toBeGreaterThanOrEqual(6);
    const numbers = found.map((run) => accepted(films.indexOf(run)));
    expect(numbers).toEqual(numbers.toSorted().reverse());
    expect((await all({})).runs).toHaveLength(80);
  });

  test("are found by their status, and no longer by an earlier one", async () => {
    expect(new Set((await all({ workflow: "film", status: "failed" })).runs)).toEqual(new Set(failed));
    expect((await all({ status: "succeeded" })).runs).toEqual([films[5]]);
    expect((await all({ workflow: "film", status: "open" })).runs).toHaveLength(54);
    expect((await all({ workflow: "film", status: "accepted" })).runs).toHaveLength(54);
    expect((await all({ workflow: "film", status: "running" })).runs).toEqual([]);
  });

  test("are found by their subject, error, step, time and a part of their id", async () => {
    expect((await all({ key: "key-1", workflow: "film" })).runs).toHaveLength(20);
    expect((await all({ key: "key-1", workflow: "film", status: "failed" })).runs).toHaveLength(2);
    expect(new Set((await all({ error: "Type" })).runs)).toEqual(new Set(failed));
    expect((await all({ error: "Range" })).runs).toEqual([]);
    expect(new Set((await all({ step: "draw" }, 2)).runs)).toEqual(new Set(failed));
    const moment = { from: accepted(7), to: accepted(14) };
    expect((await all({ workflow: "film", ...moment })).runs).toHaveLength(14);
    expect((await all({ from: "2027-01-01T00:00:00.000Z" })).runs).toEqual([]);
    expect((await all({ text: films[9]!.slice(0, 14) })).runs).toEqual([films[9]]);
    expect((await all({ text: "key-2" }, 5)).runs).toHaveLength(26);
  });

  test("are found by the identity of their event, from which their id follows, with all filters", async () => {
    const more = { keyed: undefined, about: "900" };
    const [film, trailer] = [await put("film", 900, more), await put("trailer", 900, more)];
    expect(new Set((await all({ key: "900" }, 1)).runs)).toEqual(new Set([film, trailer]));
    expect((await all({ key: "900", workflow: "film" })).runs).toEqual([film]);
    expect((await all({ key: "900", workflow: "film", status: "open", text: "900" })).runs).toEqual([film]);
    const others = [{ status: "failed" }, { error: "Type" }, { step: "draw" }, { text: "none" }] as const;
    for (const other of [...others, { to: accepted(800) }, { from: "2027" }])
      expect((await all({ key: "900", ...other })).runs).toEqual([]);
    // This run has a key, and is not found by the identity of its event.
    expect((await all({ key: "5", workflow: "film" })).runs).toEqual([]);
    await table().client.send(new DeleteCommand({ TableName: table().name, Key: runKey(film) }));
    await table().client.send(new DeleteCommand({ TableName: table().name, Key: runKey(trailer) }));
  });

  test("that restart are among the open ones again", async () => {
    const runs = tableRuns(table(), () => NOW);
    await runs.change(failed[0]!, ({ failure: _, ...item }) => ({ ...item, status: "accepted", epoch: 2 }));
    expect((await all({ status: "failed" })).runs).toHaveLength(4);
    expect((await runs.read(failed[0]!))?.error).toBeUndefined();
    expect((await all({ workflow: "film", status: "open" })).runs).toContain(failed[0]);
  });
});

test("a run that has left a list is not listed, even if the index still has it", async () => {
  const items = await listedItems<RunItem>(table(), "run", { limit: 3, after: undefined });
  expect(items.items).toHaveLength(3);
  const rest = await listedItems<RunItem>(table(), "run", { limit: 100, after: items.next });
  expect(rest.items).toHaveLength(77);
  expect(rest.next).toBeUndefined();
});

test("a filter that passes much reads no more than no filter; one that passes nothing reads all in few calls", async () => {
  for (let number = 0; number < 100; number++) {
    const moment = new Date(NOW + number * 1000).toISOString();
    await put("short", number, { acceptedAt: moment, listedAt: moment });
  }
  const { client, name } = table();
  const queries: number[] = [];
  const send = async (command: never) => {
    const output = await client.send(command);
    if ("ScannedCount" in output) queries.push(output.ScannedCount as number);
    return output;
  };
  const find = tableRunSearch(tableOver(name, { send } as unknown as typeof client), [
    { name: "short", on: [] },
  ]);
  const lookedAt = async (search: RunSearch) => {
    queries.length = 0;
    await find({ workflow: "short", status: "open", ...search }, 2, undefined);
    return queries.reduce((sum, items) => sum + items, 0);
  };
  const unfiltered = await lookedAt({});
  expect(unfiltered).toBeLessThan(20);
  expect(await lookedAt({ text: "key-" })).toBe(unfiltered);
  expect(await lookedAt({ text: "no such" })).toBe(100);
  expect(queries.length).toBeLessThanOrEqual(4 * 3);
});
