import { marshall } from "@aws-sdk/util-dynamodb";
import { expect, test } from "vitest";
import type { Table } from "../../lambdas/runtime/aws/table/table.ts";
import { tableClaims } from "../../lambdas/runtime/aws/work/claims.ts";

test("a lease that runs out while the refusal travels is still held: the next delivery may take over", async () => {
  let time = 1000;
  const held = { state: "running", owner: "other", lease: 1002, fence: 1 };
  const table = {
    name: "table",
    client: {
      async send() {
        time = 1005;
        throw Object.assign(new Error(), { name: "ConditionalCheckFailedException", Item: marshall(held) });
      },
    },
  } as unknown as Table;
  const outcome = await tableClaims(table, 90, () => time).claim({
    key: { pk: "work#r", sk: "claim#1#step#do" },
    ...{ owner: "me", lease: 9000, fence: 1, takeover: true },
    about: {} as never,
  });
  expect(outcome).toEqual({ kind: "held", lease: 1002 });
});
