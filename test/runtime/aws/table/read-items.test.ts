import { expect, test } from "vitest";
import { tableEventLog } from "../../../../lambdas/runtime/aws/relay/event-log.ts";
import { readItems } from "../../../../lambdas/runtime/aws/table/read-items.ts";
import { type Table, tableOver } from "../../../../lambdas/runtime/aws/table/table.ts";
import { isThrottle } from "../../../../lambdas/runtime/aws/throttle.ts";
import { correlatedKey } from "../../../../lib/contract/keys/log.ts";
import type { CorrelatedItem } from "../../../../lib/contract/table.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);

test("any number of items is read, in the order of the keys; a missing one is undefined", async () => {
  const table = open();
  const about = { kind: "correlated", correlation: "c", workflow: "w", revision: 1 } as const;
  const changedAt = new Date(NOW).toISOString();
  const items = Array.from({ length: 250 }, (_, at): CorrelatedItem => {
    const run = `w-${at}`;
    return { ...correlatedKey("c", run), ...about, run, changedAt, expiresAt: NOW / 1000 + 3600 };
  });
  await tableEventLog(table, { warn: () => {} }).add(items);
  const keys = [...items.map(({ pk, sk }) => ({ pk, sk })).toReversed(), correlatedKey("c", "unknown")];
  const found = await readItems<CorrelatedItem>(table, keys);
  expect(found.map((item) => item?.run)).toEqual([...items.map(({ run }) => run).toReversed(), undefined]);
  expect(await readItems(table, [])).toEqual([]);
});

test("keys that DynamoDB leaves unprocessed are read later; if it keeps leaving them, that is a throttle", async () => {
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  const leaving = (calls: number): Table => {
    const send = async ({ input }: any) => {
      const { Keys } = input.RequestItems.state;
      if (calls-- <= 0) return { Responses: { state: Keys } };
      return { Responses: { state: Keys.slice(1) }, UnprocessedKeys: { state: { Keys: Keys.slice(0, 1) } } };
    };
    return tableOver("state", { send } as unknown as Table["client"], pause);
  };
  const keys = [correlatedKey("c", "one"), correlatedKey("c", "two")];
  const items = keys.map(({ pk, sk }) => ({ pk, sk }));
  expect(await readItems(leaving(4), keys)).toEqual(items);
  expect(pauses).toEqual([50, 100, 200, 400]);
  const refused = await readItems(leaving(6), keys).catch((error) => error);
  expect(refused.message).toBe("DynamoDB did not read correlation#c one in any attempt.");
  expect(isThrottle(refused)).toBe(true);
});
