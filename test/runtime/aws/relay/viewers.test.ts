import { expect, test } from "vitest";
import { registerViewer, tableViewers } from "../../../../lambdas/runtime/aws/relay/viewers.ts";
import { type Table, tableOver } from "../../../../lambdas/runtime/aws/table/table.ts";
import { stateTable } from "../state-table.ts";

const START = Date.parse("2026-11-21T10:00:00.000Z");
const MINUTE = 60_000;
const open = stateTable(START);

let now = START;
const clock = () => now;
const silent = { warn: () => {} };

/** The table, and how often it was asked. */
function counted() {
  const table = open();
  let calls = 0;
  const send = (command: never) => {
    calls++;
    return table.client.send(command);
  };
  return { table: tableOver(table.name, { send } as unknown as Table["client"]), calls: () => calls };
}

test("relays notice a viewer within seconds, and until when; the table is read seldom", async () => {
  const { table, calls } = counted();
  const relay = tableViewers(table, silent, clock);
  expect([await relay.any(), await relay.any(), calls()]).toEqual([false, false, 1]);

  const page = counted();
  const look = registerViewer(page.table, clock);
  const whole = await look();
  now += 2_000;
  expect(await relay.any()).toBe(true);
  expect(now).toBeLessThan(whole);
  now += 9 * MINUTE;
  const asked = page.calls();
  expect([await look(), page.calls()]).toEqual([whole, asked]);

  now += MINUTE;
  expect([await look(), page.calls()]).toEqual([whole, asked + 1]);
  now += 59 * MINUTE;
  expect(await relay.any()).toBe(true);
  now += 2 * MINUTE;
  expect(await relay.any()).toBe(false);
});

test("after an hour without viewers, the feed begins again; a second page continues the first one's", async () => {
  now = START + 10 * 60 * MINUTE;
  const began = now;
  const first = await registerViewer(open(), clock)();
  expect(first).toBeGreaterThan(began);
  now += 30 * MINUTE;
  expect(await registerViewer(open(), clock)()).toBe(first);
  now += 61 * MINUTE;
  expect(await registerViewer(open(), clock)()).toBe(first + 91 * MINUTE);
});

test("if the viewers cannot be read, there may be one", async () => {
  const warnings: string[] = [];
  const broken = { name: "t", client: { send: () => Promise.reject(new Error("throttled")) } };
  const relay = tableViewers(broken as unknown as Table, { warn: (line) => warnings.push(line) }, clock);
  expect(await relay.any()).toBe(true);
  expect(warnings).toHaveLength(1);
});
