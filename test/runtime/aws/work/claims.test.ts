import { expect, test } from "vitest";
import { type Table, tableOver } from "../../../../lambdas/runtime/aws/table/table.ts";
import { tableClaims } from "../../../../lambdas/runtime/aws/work/claims.ts";

test("a lease that expires while the refusal is on its way counts as held: the next delivery may take over", async () => {
  let time = 1000;
  const held = { state: "running", owner: "other", lease: 1002, fence: 1 };
  const send = async ({ input }: any) => {
    time = 1005;
    const isInsert = input.Statements[0].Statement.startsWith("INSERT");
    const failure = isInsert ? { Code: "DuplicateItem" } : { Code: "ConditionalCheckFailed", Item: held };
    return { Responses: [{ Error: failure }] };
  };
  const table = tableOver("table", { send } as unknown as Table["client"]);
  const outcome = await tableClaims(table, 90, () => time).claim({
    key: { pk: "work#r", sk: "claim#1#step#do" },
    owner: "me",
    lease: 9000,
    fence: 1,
    takeover: true,
    about: {} as never,
  });
  expect(outcome).toEqual({ kind: "held", lease: 1002 });
});
