import { expect, test } from "vitest";
import { tableAdmissions } from "../../../../lambdas/runtime/aws/runs/admissions.ts";
import { recentReads } from "../../../../lambdas/runtime/aws/table/recent-reads.ts";
import { type Table, tableOver } from "../../../../lambdas/runtime/aws/table/table.ts";
import { tableStartConditions } from "../../../../lambdas/runtime/aws/work/start-conditions.ts";
import { controlKey } from "../../../../lib/contract/keys/control.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";

/** A table whose items the test changes, with the keys that were read, call by call. */
function setUp() {
  const items = new Map<string, object>();
  const calls: string[][] = [];
  let fails = false;
  const send = async ({ input }: any) => {
    const { Keys } = input.RequestItems.state;
    calls.push(Keys.map(({ pk }: any) => pk));
    if (fails) throw Object.assign(new Error("no"), { name: "TimeoutError" });
    return { Responses: { state: Keys.flatMap(({ pk }: any) => items.get(pk) ?? []) } };
  };
  const table = tableOver("state", { send } as unknown as Table["client"]);
  const put = (key: { pk: string; sk: string }, item: object) => items.set(key.pk, { ...key, ...item });
  const fail = (does: boolean) => {
    fails = does;
  };
  return { table, calls, put, fail };
}

const ORDERS = controlKey("workflow", "w");

test("the subscriber state is read once a second, in the call that reads the run; the run is read each time", async () => {
  const { table, calls, put } = setUp();
  let now = 5_000;
  const { read } = tableStartConditions(table, () => now);
  const recent = { recent: true };
  put(runKey("one"), { status: "running" });
  expect(await read("one", "w", undefined, recent)).toMatchObject({ run: { status: "running" } });
  put(ORDERS, { paused: { by: "ada" } });
  put(runKey("one"), { status: "closing" });
  now += 999;
  const [first, second] = await Promise.all([
    read("one", "w", undefined, recent),
    read("two", "w", undefined, recent),
  ]);
  expect([first.run?.status, first.workflow, second.run]).toEqual(["closing", undefined, undefined]);
  now += 1;
  expect((await read("one", "w", undefined, recent)).workflow).toMatchObject({ paused: { by: "ada" } });
  expect(calls).toEqual([
    [runKey("one").pk, ORDERS.pk],
    [runKey("one").pk, runKey("two").pk],
    [runKey("one").pk, ORDERS.pk],
  ]);
});

test("settings are read with the state that intake reads in any case, once a second", async () => {
  const { table, calls, put } = setUp();
  let now = 5_000;
  const { open, settings } = tableAdmissions(table, () => now);
  expect(await settings("w")).toBeUndefined();
  expect(await open("w", { recent: true })).toBe(true);
  expect(calls).toHaveLength(1);
  put(ORDERS, { settings: { revision: 1, values: {} } });
  now += 1_000;
  expect(await settings("w")).toEqual({ revision: 1, values: {} });
});

test("the settings of a breaker are read in the call that reads the breaker, once a second", async () => {
  const { table, calls, put } = setUp();
  const { read } = tableStartConditions(table, () => 5_000);
  put(controlKey("breaker", "mail"), { settings: { revision: 1, values: {} } });
  const recent = { recent: true };
  expect(await read("one", "w", "mail", recent)).toMatchObject({ breakerSettings: { revision: 1 } });
  await read("two", "w", "mail", recent);
  expect(calls.map((keys) => keys.length)).toEqual([4, 1]);
});

test("the state is read again consistently before a message is deferred", async () => {
  const { table, put } = setUp();
  const { read } = tableStartConditions(table, () => 5_000);
  const { open } = tableAdmissions(table, () => 5_000);
  put(ORDERS, { paused: { by: "ada" } });
  expect((await read("one", "w", undefined, { recent: true })).workflow).toBeDefined();
  expect(await open("w", { recent: true })).toBe(false);
  put(ORDERS, {});
  expect((await read("one", "w", undefined, { recent: true })).workflow).toMatchObject({ paused: {} });
  expect((await read("one", "w", undefined)).workflow).not.toHaveProperty("paused");
  expect(await open("w", { recent: true })).toBe(false);
  expect(await open("w")).toBe(true);
});

test("a failed read is not cached, nor one from a clock that was ahead", async () => {
  const { table, put, fail, calls } = setUp();
  let now = 5_000;
  const read = recentReads(table, () => now);
  fail(true);
  await expect(read(ORDERS)).rejects.toThrow("no");
  fail(false);
  put(ORDERS, { n: 1 });
  expect(await read(ORDERS)).toMatchObject({ n: 1 });
  now -= 2_000;
  put(ORDERS, { n: 2 });
  expect(await read(ORDERS)).toMatchObject({ n: 2 });
  expect(calls).toHaveLength(3);
});
