import { expect, test } from "vitest";
import { tableSharedLimits } from "../../../../lambdas/runtime/aws/runs/shared-limits.ts";
import { putNew, tableOver } from "../../../../lambdas/runtime/aws/table/table.ts";
import { limitKeyDigest } from "../../../../lib/contract/keys/flow-control.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import type { RunItem } from "../../../../lib/contract/table.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);
const limits = (name: string) => tableSharedLimits(open(), name, () => NOW);
const place = (execution: string, key = "k") => ({ execution, key, at: NOW });

test("of a hundred writers of one revision, one wins, and the others change nothing", async () => {
  const contended = limits("contended");
  const lane = await contended.read("");
  const written = await Promise.all(
    Array.from({ length: 100 }, (_, at) =>
      contended.write("", { ...lane, places: [place(`r${at}`)] }, false),
    ),
  );
  expect(written.filter(Boolean)).toHaveLength(1);
  const after = await contended.read("");
  expect(after).toMatchObject({ revision: 1, places: [place(`r${written.indexOf(true)}`)] });
});

test("the cursor, the starts and the reminder are kept, and gone when they are no longer written", async () => {
  const lane = await limits("kept").read("a");
  await limits("kept").write("a", { ...lane, cursor: "c", starts: [1, 2], lookAt: 3 }, true);
  const written = await limits("kept").read("a");
  expect(written).toMatchObject({ cursor: "c", starts: [1, 2], lookAt: 3 });
  await limits("kept").write("a", { ...written, starts: [], lookAt: undefined }, false);
  expect(await limits("kept").read("a")).toMatchObject({ starts: [], lookAt: undefined, places: [] });
  expect(await limits("kept").read("b")).toMatchObject({ revision: undefined });
});

test("the first run of each key, in turn: from the key after the cursor on, once around", async () => {
  const line = limits("line");
  const keys = ["a", "b", "c", "d"].sort((x, y) => (limitKeyDigest(x) < limitKeyDigest(y) ? -1 : 1));
  for (const key of keys)
    for (const order of ["2", "1", "3", "1"])
      await line.queue("", { execution: `${key}${order}`, key, order });
  const heads = async (cursor?: string) => {
    const found: string[] = [];
    for await (const { execution } of line.heads("", cursor)) found.push(execution);
    return found;
  };
  const [first, second, third, fourth] = keys.map((key) => `${key}1`);
  expect(await heads()).toEqual([first, second, third, fourth]);
  expect(await heads(limitKeyDigest(keys[1]!))).toEqual([third, fourth, first, second]);
  expect(await heads(limitKeyDigest(keys[3]!))).toEqual([first, second, third, fourth]);
  await line.unqueue("", { execution: first!, key: keys[0]!, order: "1" });
  expect(await heads()).toEqual([`${keys[0]}2`, second, third, fourth]);
  expect(await limits("empty-line").heads("", undefined)[Symbol.asyncIterator]().next()).toMatchObject({
    done: true,
  });
});

test("the place of a held run is given back only until its release", async () => {
  const held = {
    ...runKey("w-held"),
    kind: "run",
    run: "w-held",
    epoch: 1,
    status: "accepted",
    held: "paused",
  };
  const free = { ...runKey("w-free"), kind: "run", run: "w-free", epoch: 1, status: "accepted" };
  for (const run of [held, free]) await putNew(open(), run as unknown as RunItem);
  const lane = limits("held");
  await lane.write("", { ...(await lane.read("")), places: [place("w-held"), place("w-free")] }, false);
  const seen = await lane.read("");
  const without = (execution: string) => ({
    ...seen,
    places: seen.places.filter((one) => one.execution !== execution),
  });
  expect(await lane.writeWhileHeld("", without("w-free"), { run: "w-free", epoch: 1 })).toBe("released");
  expect(await lane.writeWhileHeld("", without("w-held"), { run: "w-held", epoch: 2 })).toBe("released");
  expect(await lane.writeWhileHeld("", without("w-held"), { run: "w-held", epoch: 1 })).toBe("written");
  expect(await lane.writeWhileHeld("", without("w-held"), { run: "w-held", epoch: 1 })).toBe("lane changed");
  expect((await lane.read("")).places.map(({ execution }) => execution)).toEqual(["w-free"]);
  for (const run of ["w-held", "w-free"]) {
    await lane.queue("", { execution: run, key: run, order: "1" });
    await lane.unqueueWhileHeld("", { execution: run, key: run, order: "1" }, { run, epoch: 1 });
  }
  const waiting: string[] = [];
  for await (const { execution } of lane.heads("", undefined)) waiting.push(execution);
  expect(waiting).toEqual(["w-free"]);
});

test("a held run that is being changed is taken out of the line all the same, and its place is read again", async () => {
  let conflicts = 2;
  const { name, client } = open();
  const send = (command: any) => {
    if (command.input.TransactItems === undefined || conflicts-- <= 0) return client.send(command);
    const CancellationReasons = [{ Code: "None" }, { Code: "TransactionConflict" }];
    const cancelled = { name: "TransactionCanceledException", CancellationReasons };
    return Promise.reject(Object.assign(new Error("cancelled"), cancelled));
  };
  const lane = tableSharedLimits(tableOver(name, { send } as typeof client), "busy", () => NOW);
  const run = { ...runKey("w-busy"), kind: "run", run: "w-busy", epoch: 1, status: "accepted" };
  await putNew(open(), { ...run, held: "paused" } as unknown as RunItem);
  const entry = { execution: "w-busy", key: "k", order: "1" };
  await lane.queue("", entry);
  await lane.unqueueWhileHeld("", entry, { run: "w-busy", epoch: 1 });
  expect(await lane.heads("", undefined)[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  conflicts = 1;
  await lane.write("", { ...(await lane.read("")), places: [place("w-busy")] }, false);
  const without = { ...(await lane.read("")), places: [] };
  expect(await lane.writeWhileHeld("", without, { run: "w-busy", epoch: 1 })).toBe("lane changed");
  expect(await lane.writeWhileHeld("", without, { run: "w-busy", epoch: 1 })).toBe("written");
});
