import { expect, test } from "vitest";
import { tableEventLog } from "../../../lambdas/runtime/aws/event-log.ts";
import { readItems } from "../../../lambdas/runtime/aws/read-items.ts";
import { correlatedKey } from "../../../lib/contract/keys.ts";
import type { CorrelatedItem } from "../../../lib/contract/table.ts";
import { stateTable } from "./state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);

test("any number of items is read, in the order of the keys; nothing is where there is none", async () => {
  const table = open();
  const about = { kind: "correlated", correlation: "c", workflow: "w", revision: 1 } as const;
  const changedAt = new Date(NOW).toISOString();
  const items = Array.from({ length: 250 }, (_, at): CorrelatedItem => {
    const run = `w-${at}`;
    return { ...correlatedKey("c", run), ...about, run, changedAt, expiresAt: NOW / 1000 + 3600 };
  });
  await tableEventLog(table, { warn: () => {} }).add(items);
  const keys = [...items.map(({ pk, sk }) => ({ pk, sk })).toReversed(), correlatedKey("c", "nobody")];
  const found = await readItems<CorrelatedItem>(table, keys);
  expect(found.map((item) => item?.run)).toEqual([...items.map(({ run }) => run).toReversed(), undefined]);
  expect(await readItems(table, [])).toEqual([]);
});
