import { expect, test } from "vitest";
import { admitRequest, answerRefused, isRefusal } from "../../../lambdas/runtime/wait/admit-request.ts";
import { raceChild, raceItem, winnerWaiter } from "../../../lambdas/runtime/wait/race.ts";
import { shardsOf } from "../../../lib/contract/keys/index-partitions.ts";
import { waiterKey } from "../../../lib/contract/keys/wait.ts";
import type { RunReference } from "../../../lib/contract/messages/message.ts";
import type { CallChild, DecideRace } from "../../../lib/contract/messages/wait-message.ts";
import type { ControlItem, RunItem } from "../../../lib/contract/table.ts";
import { memoryObservation } from "../memory/memory.ts";

/** Which requests of a state machine begin something, and how those that do not are answered. */
const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const NOTING = { now: NOW, retentionDays: 90 };
const paused = { by: "ann", at: "2026-11-21T10:00:00.000Z", why: "w", key: "k" };
const WAY = { race: "first", way: "paid" };

const reference: RunReference = {
  id: "r",
  workflow: "w",
  epoch: 2,
  version: "v",
  event: "e",
  correlation: "c",
  hops: 0,
};
const run = (more: Partial<RunItem> = {}) => ({ run: "r", epoch: 2, status: "running", ...more }) as RunItem;
const workflow = (more: Partial<ControlItem>) => more as ControlItem;
const enters = (conditions: Parameters<typeof admitRequest>[1]) => admitRequest(reference, conditions);

test.each([
  ["a run that is accepted", { run: run({ status: "accepted" }) }, { kind: "proceed" }],
  ["a run that is running", { run: run() }, { kind: "proceed" }],
  ["a run that is closing", { run: run({ status: "closing" }) }, { kind: "closing" }],
  ["a way that has lost", { run: run(), lost: WAY }, { kind: "lost" }],
  ["a way of a run that is closing", { run: run({ status: "closing" }), lost: WAY }, { kind: "closing" }],
  ["a paused run", { run: run({ paused }) }, { kind: "defer", reason: "run paused" }],
  [
    "a paused workflow",
    { run: run(), workflow: workflow({ paused }) },
    { kind: "defer", reason: "workflow paused" },
  ],
  ["a drained workflow", { run: run(), workflow: workflow({ drained: paused }) }, { kind: "proceed" }],
  ["a lost way of a paused run", { run: run({ paused }), lost: WAY }, { kind: "lost" }],
  ["a run that has ended", { run: run({ status: "failed" }) }, { kind: "over", why: "it is failed" }],
  ["another epoch", { run: run({ epoch: 3 }) }, { kind: "over", why: "it is in epoch 3" }],
  ["no run", { run: undefined }, { kind: "over", why: "it does not exist any more" }],
] as const)("of %s", (_, conditions, kind) => {
  const found = enters({ workflow: undefined, ...conditions });
  expect(found).toEqual(kind);
  expect(isRefusal(found)).toBe(!["proceed", "defer"].includes(kind.kind));
});

const turnedAway = async (
  conditions: Partial<Parameters<typeof admitRequest>[1]>,
  token: string | undefined,
) => {
  const failed: string[][] = [];
  const fail = async (...failure: string[]) => {
    failed.push(failure);
    return "delivered" as const;
  };
  const { log } = memoryObservation();
  const refusal = enters({ run: undefined, workflow: undefined, ...conditions });
  if (!isRefusal(refusal)) throw new Error("It may begin.");
  await answerRefused(reference, token, refusal, { executions: { fail }, log });
  return failed;
};

test("a state of an epoch that is over fails with the reason and what to do", async () => {
  const [[token, error, cause] = []] = await turnedAway({ run: run({ epoch: 3 }) }, "token");
  expect([token, error]).toEqual(["token", "Millrace.RunOver"]);
  expect(JSON.parse(cause!)).toEqual({
    name: "Millrace.RunOver",
    message: expect.stringContaining("epoch 3"),
  });
  expect(cause).toContain("millrace retry r");
});

test("a state that is left anyway gets no answer: its run is being closed, or another way has won", async () => {
  expect(await turnedAway({ run: run({ status: "closing" }) }, "token")).toEqual([]);
  expect(await turnedAway({ run: run(), lost: WAY }, "token")).toEqual([]);
});

test("a request that no state waits for is only dropped", async () => {
  expect(await turnedAway({ run: undefined }, undefined)).toEqual([]);
});

const decision = {
  kind: "race",
  run: reference,
  path: "first",
  winner: "paid",
  taskToken: "t",
  entered: "2026-11-21T09:00:00.000Z",
  attempt: 1,
} as unknown as DecideRace;

test("a decided race is found by its run, epoch and path, and is published", () => {
  const item = raceItem(decision, NOTING);
  expect(item).toMatchObject({
    kind: "race",
    run: "r",
    epoch: 2,
    workflow: "w",
    path: "first",
    winner: "paid",
  });
  expect(shardsOf("unpublished")).toContain(item.unpublished);
});

test("the state waits for what the way that counts has signalled, whichever it named itself", () => {
  const own = winnerWaiter(decision, "paid", NOW);
  const other = winnerWaiter(decision, "late", NOW);
  expect(own).toMatchObject({ purpose: "signalled", event: "signal", token: "t", path: "first" });
  expect(own.key).toContain("#first.paid");
  expect(other.key).toContain("#first.late");
  expect(waiterKey(own.pk, "r", "first").sk).toBe(own.sk);
});

test("only a call that a way of a race waits for is withdrawn with the way", () => {
  const call = { kind: "child", run: reference, workflow: "x", path: "first.paid/x", taskToken: "t" };
  const childOf = (more: object) => raceChild({ ...call, ...more } as unknown as CallChild, "c1", NOTING);
  expect(childOf({})).toMatchObject({
    kind: "race-child",
    run: "r",
    epoch: 2,
    path: "first.paid/x",
    child: "c1",
  });
  expect(childOf({ path: "x" })).toBeUndefined();
  expect(childOf({ taskToken: undefined })).toBeUndefined();
});
