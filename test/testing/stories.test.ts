import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type Simulation, simulate } from "../../testing/index.ts";
import { sharedAssembly } from "../assemblies.ts";
import { expenseApp } from "../end-to-end/approvals/expense/app.ts";
import { ExpenseClaimed } from "../end-to-end/approvals/expense/workflow.ts";
import { synthesizeShop } from "../end-to-end/waits/shop/app.ts";
import { AddressCorrected, CorrectionWanted } from "../end-to-end/waits/shop/events.ts";

let assembly: string;
beforeAll(() => {
  assembly = sharedAssembly("expenses", expenseApp);
}, 120_000);

let cloud: Simulation;
afterEach(() => cloud.close());

const claim = { expenseId: "e-1", amount: 120 };
const open = async () => {
  cloud = await simulate(assembly, { seed: 1, schedules: false });
};

test("an event that is sent answers its run; the same event again starts none", async () => {
  await open();
  const { run } = await cloud.send(ExpenseClaimed, claim);
  expect(run).toMatch(/^approve-expense-/);
  const again = await cloud.send(ExpenseClaimed, claim);
  expect(again.runs).toEqual([]);
  expect(() => again.run).toThrow("started no run");
  expect((await cloud.runs("approve-expense")).map((one) => one.run)).toEqual([run]);
});

test("an event that is quarantined says why it started no run", async () => {
  await open();
  await cloud.send(ExpenseClaimed, claim);
  const other = await cloud.send(ExpenseClaimed, { ...claim, amount: 7 });
  expect(() => other.run).toThrow(/started no run: it is quarantined\.\napprove-expense: contradiction, .+/);
  const invalid = await cloud.send(ExpenseClaimed, { expenseId: "e-2", amount: "7" } as never);
  expect(() => invalid.run).toThrow(/quarantined\.\napprove-expense: contract, amount: .*number/);
});

test("a run that asks a person is waiting, and continues as the person decides", async () => {
  await open();
  const { run } = await cloud.send(ExpenseClaimed, claim);
  const waiting = await cloud.waitUntil(run, "waiting");
  expect(waiting).toMatchObject({
    waiting: [{ by: "person", for: "a decision of manager" }],
    approvals: [{ approval: "manager", state: "pending", level: 1, show: { amount: 120 } }],
  });
  expect(await cloud.approve(run, { by: "ada", note: "fine" })).toMatchObject({
    approvals: [{ state: "decided", decision: { approved: true, decidedBy: "ada", note: "fine" } }],
  });
  expect(await cloud.waitUntil(run, "succeeded")).toMatchObject({ output: { approved: true } });
});

test("time moves to the moment at which a condition holds, and no further", async () => {
  await open();
  const { run } = await cloud.send(ExpenseClaimed, claim);
  const began = cloud.now();
  await cloud.waitUntil(run, ({ approvals }) => approvals.some(({ level }) => level === 2));
  const days = (cloud.now() - began) / 86_400_000;
  expect(days).toBeGreaterThanOrEqual(2);
  expect(days).toBeLessThan(2.01);
});

test("a run that ends otherwise, or not in time, fails the test with its log and the seed", async () => {
  await open();
  const { run } = await cloud.send(ExpenseClaimed, claim);
  const late = cloud.waitUntil(run, "succeeded", "1 hour");
  await expect(late).rejects.toThrow(
    /did not become succeeded within 1 hour: it is waiting\.\nSeed: 1\. The log/,
  );
  await cloud.reject(run);
  const other = cloud.waitUntil(run, "failed");
  await expect(other).rejects.toThrow(/did not become failed: it is succeeded[\s\S]*approval\.decided/);
  await expect(cloud.approve(run)).rejects.toThrow(`The run ${run} asks no one.`);
  await expect(cloud.run("nope")).rejects.toThrow(`There is no run "nope". There are ${run}.`);
});

test("a signal is sent to its run", async () => {
  cloud = await simulate(synthesizeShop(), { seed: 1, schedules: false });
  const { run } = await cloud.send(CorrectionWanted, { orderId: "o-1" });
  await cloud.send(AddressCorrected, { street: "Main Street" }, { subject: "another-run" });
  expect(await cloud.run(run)).toMatchObject({ waiting: [{ for: "the signal address.corrected" }] });
  await cloud.send(AddressCorrected, { street: "High Street" }, { subject: run });
  expect(await cloud.waitUntil(run, "succeeded")).toMatchObject({ output: { first: "High Street" } });
}, 120_000);

test("a payload that is not of the event is an error of the compiler", async () => {
  await open();
  // @ts-expect-error: an expense has an amount
  const { runs } = await cloud.send(ExpenseClaimed, { expenseId: "e-2" });
  expect(runs).toEqual([]);
});

test("a test that fails prints the seed and the logs of its runs, if there are any", async () => {
  await open();
  const folder = resolve(mkdtempSync(join("test/testing/", "failing-")));
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "failing.test.ts"),
      `import { afterEach, expect, test } from "vitest";
       import { simulate } from "../../../testing/index.ts";
       import { ExpenseClaimed } from "../../end-to-end/approvals/expense/workflow.ts";
       let cloud;
       afterEach(() => cloud.close());
       test("fails", async () => {
         cloud = await simulate(${JSON.stringify(assembly)}, { seed: 4711, schedules: false });
         await cloud.send(ExpenseClaimed, { expenseId: "e-9", amount: 1 });
         expect(1).toBe(2);
       });
       test("fails without a run", async () => {
         cloud = await simulate(${JSON.stringify(assembly)}, { seed: 4712, schedules: false });
         expect(1).toBe(2);
       });`,
    );
    const config = join(folder, "vitest.config.ts");
    writeFileSync(
      config,
      `export default { test: { include: ["failing.test.ts"], experimental: { viteModuleRunner: false } } };`,
    );
    const { VITEST: _, ...env } = process.env;
    const vitest = resolve("node_modules/vitest/vitest.mjs");
    const { stderr, stdout } = spawnSync(process.execPath, [vitest, "run", "--root", folder], {
      env,
      encoding: "utf8",
    });
    expect(`${stdout}${stderr}`).toContain("Simulation with the seed 4711:");
    expect(`${stdout}${stderr}`).toMatch(/approve-expense-\S+\n[\s\S]*run\.accepted/);
    expect(stdout).toContain("2 failed");
    expect(`${stdout}${stderr}`).not.toContain("4712:");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
