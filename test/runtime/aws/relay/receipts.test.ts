import { expect, test } from "vitest";
import { tableReceipts } from "../../../../lambdas/runtime/aws/relay/receipts.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);

test("the last occurrence of a schedule never goes back, unless its timing has changed", async () => {
  const receipts = tableReceipts(open(), () => NOW);
  const at = (minute: number) => new Date(NOW + minute * 60_000).toISOString();
  expect(await receipts.read("nightly", "daily")).toBeUndefined();
  for (const minute of [1, 3, 2]) await receipts.write("nightly", "daily", at(minute));
  expect(await receipts.read("nightly", "daily")).toBe(at(3));
  await receipts.write("nightly", "hourly", at(1));
  expect(await receipts.read("nightly", "daily")).toBeUndefined();
  expect(await receipts.read("nightly", "hourly")).toBe(at(1));
});
