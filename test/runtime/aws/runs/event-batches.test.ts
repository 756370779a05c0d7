import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { tableBatches } from "../../../../lambdas/runtime/aws/runs/batches.ts";
import { tableOver } from "../../../../lambdas/runtime/aws/table/table.ts";
import { collectedKey } from "../../../../lib/contract/keys/flow-control.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import type { CollectedEventItem, RunItem } from "../../../../lib/contract/table.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);
const batches = () => tableBatches(open(), "index", () => NOW);

function collected(name: string, key: string, at = 0): CollectedEventItem {
  const acceptedAt = new Date(NOW + at).toISOString();
  const event = { id: name, name: "document.changed", version: 1, time: acceptedAt, source: "editor" };
  return {
    ...collectedKey(name),
    kind: "collected-event",
    collected: name,
    workflow: "index",
    key,
    payload: "p",
    input: "{}",
    event: { ...event, correlation: name, hops: 0 },
    bytes: 2,
    acceptedAt,
    changedAt: acceptedAt,
    revision: 1,
    expiresAt: NOW,
  };
}

const runNamed = (run: string) => ({ ...runKey(run), kind: "run", run, revision: 1 }) as unknown as RunItem;

test("of many transactions over the same events one succeeds, and the events name its run", async () => {
  const events = Array.from({ length: 20 }, (_, at) => collected(`many-${at}`, "many", at));
  await Promise.all(events.map((event) => batches().collect(event)));
  const formed = await Promise.all(
    Array.from({ length: 20 }, (_, at) => batches().form(runNamed(`many-run-${at}`), events.slice(at % 3))),
  );
  expect(formed.filter((outcome) => outcome === "formed")).toHaveLength(1);
  const run = `many-run-${formed.indexOf("formed")}`;
  const after = await batches().events(events);
  expect(new Set(after.slice(2).map((event) => event!.run))).toEqual(new Set([run]));
  expect(await batches().form(runNamed("many-late"), events.slice(2))).toBe("taken");
});

test("a line is read in the order of acceptance, an event is in it once, and leaves it", async () => {
  for (const at of [2, 0, 1, 2]) await batches().join(collected(`line-${at}`, "line", at));
  await batches().reminded("line", NOW + 5);
  const { entries, lookAt } = await batches().line("line");
  expect(entries.map((entry) => entry.collected)).toEqual(["line-0", "line-1", "line-2"]);
  expect(lookAt).toBe(NOW + 5);
  await batches().leave("line", entries.slice(0, 2));
  expect((await batches().line("line")).entries).toEqual([entries[2]]);
});

test("an event is collected once: another of its identity gets the first", async () => {
  expect(await batches().collect(collected("once", "once"))).toBeUndefined();
  const other = await batches().collect({ ...collected("once", "once"), payload: "other" });
  expect(other).toMatchObject({ collected: "once", payload: "p" });
});

test("a transaction that meets another one has not found its events taken", async () => {
  const event = collected("met", "met");
  await batches().collect(event);
  const { name, client } = open();
  const CancellationReasons = [{ Code: "None" }, { Code: "TransactionConflict" }];
  const cancelled = Object.assign(new Error("no"), {
    name: "TransactionCanceledException",
    CancellationReasons,
  });
  const send = () => Promise.reject(cancelled);
  const busy = tableBatches(tableOver(name, { send } as unknown as typeof client), "index", () => NOW);
  expect(await busy.form(runNamed("met-run"), [event])).toBe("conflict");
  expect(await batches().form(runNamed("met-run"), [event])).toBe("formed");
});

test("events leave the line also where DynamoDB leaves some of them for another call", async () => {
  for (const at of [0, 1, 2]) await batches().join(collected(`left-${at}`, "left", at));
  const { name, client } = open();
  const send = async (command: any) => {
    const [first, ...others] = command.input.RequestItems[name];
    await client.send(new BatchWriteCommand({ RequestItems: { [name]: [first] } }));
    return { UnprocessedItems: others.length > 0 ? { [name]: others } : {} };
  };
  const slow = tableBatches(tableOver(name, { send } as unknown as typeof client), "index", () => NOW);
  await slow.leave("left", (await batches().line("left")).entries);
  expect((await batches().line("left")).entries).toEqual([]);
});
