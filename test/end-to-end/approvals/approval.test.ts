import { afterEach, beforeAll, expect, test } from "vitest";
import { type Simulation, simulate } from "../../../local/simulate.ts";
import { sharedAssembly } from "../../assemblies.ts";
import { expenseApp } from "./expense/app.ts";

let assembly: string;
beforeAll(() => {
  assembly = sharedAssembly("expenses", expenseApp);
}, 120_000);

let cloud: Simulation;
afterEach(() => cloud.close());

/** The approvals in the app's table. */
async function approvals() {
  const { MillraceTable } = await cloud.outputs("Expenses");
  const { Items } = await cloud.call("dynamodb", "Scan", { TableName: MillraceTable });
  return Items.filter(({ kind }: any) => kind.S === "approval");
}

test("an approval without a decision for two days escalates", async () => {
  cloud = await simulate(assembly, { seed: 1, schedules: false });
  const { MillraceBus } = await cloud.outputs("Expenses");
  const Detail = JSON.stringify({ expenseId: "e-1", amount: 120 });
  await cloud.call("events", "PutEvents", {
    Entries: [{ EventBusName: MillraceBus, Source: "test", DetailType: "expense.claimed", Detail }],
  });
  await cloud.settle();
  await cloud.advance("1 day");
  expect(await approvals()).toMatchObject([{ state: { S: "pending" }, level: { N: "1" } }]);
  await cloud.advance("1 day");
  expect(await approvals()).toMatchObject([{ state: { S: "pending" }, level: { N: "2" } }]);
});
