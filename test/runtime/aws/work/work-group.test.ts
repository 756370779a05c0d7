import { beforeEach, describe, expect, test } from "vitest";
import { QueryCommand } from "../../../../lambdas/runtime/aws/client/dynamodb-commands.ts";
import { type Table, tableOver } from "../../../../lambdas/runtime/aws/table/table.ts";
import { tableClaims } from "../../../../lambdas/runtime/aws/work/claims.ts";
import { work } from "../../../../lambdas/runtime/work/work.ts";
import { giveUp } from "../../../../lib/contract/failure.ts";
import { claimKey } from "../../../../lib/contract/keys/claim.ts";
import type { ClaimItem } from "../../../../lib/contract/table.ts";
import {
  ALL_REPEATABLE,
  ANSWER,
  NAMES,
  SEEN_WITHIN,
  specs,
  walkDespiteDeath,
} from "../../work/group-harness.ts";
import { BEGAN, first, LEASE_OF_A_DEAD_WORKER, RUN } from "../../work/work-harness.ts";
import { counting, openGroups } from "../group-table.ts";

/** The walk of a group over claims in the table. Each test has a run of its own. */
const { open, tableHarness } = openGroups();

let harness: ReturnType<typeof tableHarness>;
beforeEach(() => {
  harness = tableHarness();
});

/** All three steps are done, and their claims are in the item of the first. */
function expectOneItem(claims: readonly ClaimItem[]) {
  expect(claims.map(({ path, state, position }) => [path, state, position])).toEqual([
    ["pack", "done", 0],
    ["weigh", "done", 1],
    ["send", "done", 2],
  ]);
  expect(claims.map(({ within }) => within)).toEqual([undefined, claims[0]!.sk, claims[0]!.sk]);
}

test("a boundary is one write, without a read, and all claims are in one item", async () => {
  let calls: string[] = [];
  harness = tableHarness((table) => {
    const counted = counting(table);
    calls = counted.calls;
    return counted.table;
  });
  expect(await harness.deliver()).toMatchObject({ answer: "success" });
  expect(harness.machines.answers).toEqual([{ token: "t1", output: ANSWER }]);
  expect(calls).toEqual(Array(NAMES.length + 1).fill("BatchExecuteStatementCommand"));
  const claims = await harness.all();
  expectOneItem(claims);
  expect(claims.map(({ revision }) => revision)).toEqual([2, 2, 2]);
});

test("the results of steps that are safe to repeat are one write, and in one item", async () => {
  const { table, calls } = counting(open());
  harness = tableHarness(() => table, ALL_REPEATABLE);
  expect(await harness.deliver()).toMatchObject({ answer: "success" });
  expect(calls).toEqual(["BatchGetCommand", "BatchExecuteStatementCommand"]);
  const claims = await harness.all();
  expectOneItem(claims);
  await harness.deliver();
  expect(harness.steps()).toEqual(["pack 1", "weigh 1", "send 1"]);
});

test("a message that is delivered again answers from the claims", async () => {
  await harness.deliver();
  expect(await harness.deliver()).toMatchObject({ answer: "success", delivered: false });
  expect(harness.steps()).toEqual(["pack 1", "weigh 1", "send 1"]);
});

test("a result that fills the item leaves the next step an item of its own", async () => {
  const large = { text: "x".repeat(3_000) };
  await harness.deliver({}, { pack: () => large, weigh: () => ({ text: "w" }) });
  const places = (await harness.all()).map(({ path, state, within }) => [path, state, within]);
  expect(places).toEqual([
    ["pack", "done", undefined],
    ["weigh", "done", undefined],
    ["send", "done", claimKey(RUN, 1, "weigh").sk],
  ]);
  await harness.deliver();
  expect(harness.steps()).toEqual(["pack 1", "weigh 1", "send 1"]);
});

test("a step that has to wait keeps its place in the item, and continues there", async () => {
  const weigh = () => Promise.reject(new Error("no"));
  await harness.deliver({}, { weigh });
  await harness.deliver({ attempt: 2, taskToken: "t2" }, { weigh });
  await harness.deliver({ attempt: 1 });
  await harness.deliver({ attempt: 3, taskToken: "t3" });
  expect(harness.steps()).toEqual(["pack 1", "weigh 1", "weigh 2", "weigh 3", "send 1"]);
  expect(harness.machines.answers.at(-1)).toEqual({ token: "t3", output: ANSWER });
  expect(await harness.all()).toMatchObject([
    { path: "pack" },
    { path: "weigh", attempt: 3 },
    { path: "send" },
  ]);
});

test("a step that was claimed and does not begin is given back", async () => {
  const pack = () => {
    harness.change({ status: "closing" });
    harness.clock.now += SEEN_WITHIN;
  };
  expect(await harness.deliver({}, { pack })).toMatchObject({ kind: "dropped" });
  expect(harness.steps()).toEqual(["pack 1"]);
  const [, weigh] = await harness.all();
  expect(weigh).toMatchObject({ path: "weigh", step: "weigh" });
  expect(weigh).not.toHaveProperty("state");
});

test("a run that ends seals the step that is running, and what comes of it is late", async () => {
  const weigh = async () => await harness.claims.seal(harness.run.id, 1);
  expect(await harness.deliver({}, { weigh })).toMatchObject({ kind: "dropped" });
  expect(await harness.all()).toMatchObject([
    { path: "pack", state: "done" },
    { path: "weigh", state: "sealed", late: { text: "o1 pack weigh" } },
  ]);
});

test.each([
  ["pack", "weigh"],
  ["weigh", "send"],
])("a step that begins while its run is sealed is sealed, too: after %s, %s", async (step, next) => {
  const [read, sealed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const [began, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  /** The seals are slow: the claims are read during the first step, and written during the second. */
  const seal = async () => {
    let isFirst = true;
    const send = async (command: any) => {
      const answer = await open().client.send(command);
      if (isFirst && command instanceof QueryCommand) {
        isFirst = false;
        read.resolve();
        await began.promise;
      }
      return answer;
    };
    const table = tableOver(open().name, { send } as unknown as Table["client"]);
    void tableClaims(table, 90, () => harness.clock.now)
      .seal(harness.run.id, 1)
      .then(sealed.resolve);
    await read.promise;
  };
  const runs = async () => {
    began.resolve();
    await ended.promise;
  };
  const delivery = harness.deliver({}, { [step]: seal, [next]: runs });
  await sealed.promise;
  const states = async () => (await harness.all()).map(({ path, state }) => [path, state]);
  const sealedThen = NAMES.slice(0, NAMES.indexOf(next)).map((name) => [name, "done"]);
  expect(await states()).toEqual([...sealedThen, [next, "sealed"]]);
  ended.resolve();
  expect(await delivery).toMatchObject({ kind: "dropped" });
  expect(harness.steps()).toEqual(NAMES.slice(0, NAMES.indexOf(next) + 1).map((name) => `${name} 1`));
});

test("two deliveries at once do each step once, and each step has one claim", async () => {
  await Promise.all([harness.deliver(), harness.deliver()]);
  harness.clock.now += LEASE_OF_A_DEAD_WORKER + 5_000;
  await harness.deliver();
  expect(harness.steps()).toEqual(["pack 1", "weigh 1", "send 1"]);
  expect((await harness.all()).map(({ path }) => path).toSorted()).toEqual(NAMES.toSorted());
});

test("a later epoch reuses what is in the item of another step, also where the steps are alone", async () => {
  await harness.deliver({}, { send: () => Promise.reject(giveUp("no")) });
  const alone = {
    ...first,
    run: { ...harness.run, epoch: 2 },
    step: "weigh",
    path: "weigh",
    taskToken: "t2",
  };
  const never = () => Promise.reject(new Error("must not run"));
  const invocation = { id: "i", deadline: BEGAN + LEASE_OF_A_DEAD_WORKER };
  harness.change({ epoch: 2 });
  await work(alone, specs.weigh!, never, invocation, harness.ports);
  expect(harness.machines.answers.at(-1)).toEqual({
    token: "t2",
    output: JSON.stringify({ text: "o1 pack weigh" }),
  });
  const [claim] = await harness.claims.read(claimKey(harness.run.id, 2, "weigh"));
  expect(claim).toMatchObject({ state: "done", reusedFrom: 1, result: { text: "o1 pack weigh" } });
});

test("an execution of other groups continues after what a run without one has done", async () => {
  const run = { ...harness.run, express: true as const };
  const express = { run, attempt: 0, express: { output: { input: null, fills: [] } } };
  await harness.deliver(express, { send: () => Promise.reject(new Error("no")) });
  const never = () => Promise.reject(new Error("must not run"));
  const invocation = { id: "i", deadline: BEGAN + LEASE_OF_A_DEAD_WORKER };
  for (const name of NAMES)
    await work(
      { ...first, run, step: name, path: name, taskToken: name },
      specs[name]!,
      never,
      invocation,
      harness.ports,
    );
  expect(harness.machines.answers.slice(-3)).toMatchObject([
    { token: "pack", output: JSON.stringify({ text: "o1 pack" }) },
    { token: "weigh", output: JSON.stringify({ text: "o1 pack weigh" }) },
    { token: "send", error: "Millrace.Retry" },
  ]);
  expect((await harness.all()).map(({ path }) => path)).toEqual(NAMES);
});

describe.each(["before", "after"] as const)("a worker that dies %s any call", (when) => {
  test.each([
    ["all goes well", {}],
    ["each step fails once", { pack: 1, weigh: 1, send: 1 }],
  ])("is followed by one that ends the group: %s", async (_, failing: Record<string, number>) => {
    for (let at = 0; ; at++) {
      harness = tableHarness();
      const reached = await walkDespiteDeath(harness, failing, at, when);
      expect(harness.machines.answers.at(-1)).toMatchObject({ output: ANSWER });
      const claims = await harness.all();
      expect(claims.map(({ state }) => state)).toEqual(["done", "done", "done"]);
      expect(claims.map(({ path }) => path).toSorted()).toEqual(NAMES.toSorted());
      const order = harness.began.map(({ step }) => NAMES.indexOf(step));
      expect(order).toEqual(order.toSorted());
      if (!reached) break;
    }
  });

  test("is followed by one that ends a group whose steps are safe to repeat", async () => {
    for (let at = 0; ; at++) {
      harness = tableHarness(undefined, ALL_REPEATABLE);
      const reached = await walkDespiteDeath(harness, { weigh: 1 }, at, when);
      expect(harness.machines.answers.at(-1)).toMatchObject({ output: ANSWER });
      expect((await harness.all()).map(({ path, state }) => `${path} ${state}`).toSorted()).toEqual([
        "pack done",
        "send done",
        "weigh done",
      ]);
      if (!reached) break;
    }
  });
});
