import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { keepBooks, sendMail } from "./shop/definitions.ts";
import { Shop, synthesize } from "./shop.ts";

let first: string;
let second: string;
beforeAll(() => {
  first = synthesize(sendMail);
  second = synthesize(sendMail, keepBooks);
}, 240_000);

let shop: Shop;
beforeEach(async () => {
  shop = new Shop();
  await shop.deploy(first);
}, 60_000);
afterEach(async () => {
  await shop.close();
  expect(shop.reports).toEqual([]);
});

test("a deployment records its queues with the rules that send to them", async () => {
  const queues = await (await shop.queues()).list();
  const ofSubscribers = queues.filter(({ name }) => !name.startsWith("millrace."));
  expect(ofSubscribers.map(({ name, role, rules }) => [name, role, Object.keys(rules)])).toEqual([
    ["send-mail", "reaction", ["order.placed"]],
    ["ship-order", "workflow", ["order.placed"]],
    ["ship-order/pack", "step", []],
  ]);
  const roles = queues.map(({ role }) => role);
  for (const role of ["waits", "approvals", "control", "endings"]) expect(roles).toContain(role);
  await shop.deploy(second);
  await shop.deploy(first);
  expect((await (await shop.queues()).list()).map(({ name }) => name)).not.toContain("keep-books");
}, 120_000);

test("completed work is not repeated, and events that a broken subscriber lost are found", async () => {
  await shop.place("o1");
  await shop.losing("ship-order", () => shop.place("o2"));
  await shop.losing("send-mail", () => shop.place("o3"));
  expect(shop.done()).toEqual(["packed o1", "packed o3", "sent o1", "sent o2"]);

  const dry = await shop.replay({ dry: true });
  expect(shop.done()).toHaveLength(4);
  const dryRunEvent = await shop.outcome(dry.replay);
  const counts = {
    "send-mail duplicate": 2,
    "send-mail new": 1,
    "ship-order duplicate": 2,
    "ship-order new": 1,
  };
  expect(dryRunEvent).toMatchObject({ item: { counts, dry: true }, progress: { state: "completed" } });

  const { replay, says } = await shop.replay();
  expect(says).toMatch(/^order\.placed from .* are delivered to send-mail, ship-order again/);
  expect(shop.done()).toEqual(["packed o1", "packed o2", "packed o3", "sent o1", "sent o2", "sent o3"]);
  expect((await shop.outcome(replay))!.item.counts).toEqual(dryRunEvent!.item.counts);

  await shop.replay();
  expect(shop.done()).toHaveLength(6);
  expect(shop.published("replay.started")).toMatchObject([
    { dry: true, by: "ada", why: "lost", subscribers: ["send-mail", "ship-order"] },
    { dry: false },
    { dry: false },
  ]);
  expect((await (await shop.reader()).list(10)).map((item) => item.dry)).toEqual([false, false, true]);
  // To the ledger, a replayed event is the event: nothing is expected again, and lost events are handled, late or not.
  const deliveries = await shop.items("delivery");
  expect(deliveries.map(({ state, due }) => [state, due])).toEqual(Array(6).fill(["done", undefined]));
  const late = deliveries.filter(({ overdueAt }) => overdueAt !== undefined);
  expect(late.map(({ subscriber }) => subscriber)).toEqual(["ship-order"]);
}, 120_000);

test("a subscriber that is deployed later gets earlier events, and no other subscriber gets anything", async () => {
  await shop.place("o1");
  await shop.place("o2");
  await shop.deploy(second);
  const { replay } = await shop.replay({ target: { subscriber: "keep-books" } });
  expect(shop.done()).toEqual(["booked o1", "booked o2", "packed o1", "packed o2", "sent o1", "sent o2"]);
  expect((await shop.outcome(replay))!.item).toMatchObject({
    subscribers: ["keep-books"],
    counts: { "keep-books new": 2 },
  });
}, 120_000);

test("again restarts completed work as a second epoch, recorded with operator and reason", async () => {
  await shop.place("o1");
  const dry = await shop.replay({ again: true, dry: true });
  const { replay } = await shop.replay({ again: true });
  expect(shop.done()).toEqual(["packed o1", "packed o1", "sent o1", "sent o1"]);
  const ordered = { by: "ada", why: "lost" };
  const [run] = await shop.items("run");
  expect(run).toMatchObject({ epoch: 2, status: "succeeded", replayed: ordered });
  const claims = (await shop.items("claim")).sort((a, b) => (a.sk < b.sk ? -1 : 1));
  expect(claims.map(({ step, epoch, state, replayed }) => [step, epoch, state, replayed?.by])).toEqual([
    ["pack", 1, "done", undefined],
    ["send-mail", 1, "done", undefined],
    ["pack", 2, "done", undefined],
    ["send-mail", 2, "done", "ada"],
  ]);
  const counts = { "send-mail again": 1, "ship-order again": 1 };
  for (const name of [dry.replay, replay]) expect((await shop.outcome(name))!.item.counts).toEqual(counts);
}, 120_000);

test("under duplicates, delays and crashes, a replay restarts completed work exactly once", async () => {
  await shop.deploy(first, {
    faults: {
      duplicates: 0.5,
      delays: { chance: 0.3, upTo: "20 seconds" },
      interleave: true,
      calls: [
        {
          kind: "crash-after",
          function: "ship-order: event → run",
          operation: "dynamodb:BatchExecuteStatement",
          chance: 0.2,
        },
        {
          kind: "crash-after",
          function: "Reaction send-mail",
          operation: "dynamodb:BatchExecuteStatement",
          chance: 0.2,
        },
        { kind: "lost", operation: "dynamodb:BatchExecuteStatement", chance: 0.1 },
      ],
    },
  });
  for (const order of ["o1", "o2", "o3"]) await shop.place(order);
  await shop.cloud.advance("30 minutes");
  await shop.replay({ again: true });
  await shop.cloud.advance("30 minutes");
  const all = ["packed", "sent"].flatMap((what) => ["o1", "o2", "o3"].map((order) => `${what} ${order}`));
  expect(shop.done()).toEqual(all.flatMap((one) => [one, one]));
  expect((await shop.items("run")).map(({ epoch, status }) => [epoch, status])).toEqual(
    Array(3).fill([2, "succeeded"]),
  );
}, 120_000);

test("the same command twice is one replay, and one run is restarted without the archive", async () => {
  await shop.place("o1");
  const at = shop.cloud.now();
  const more = { again: true, key: "twice" };
  const outcome = await shop.replay(more, at);
  expect(await shop.replay(more, at)).toEqual(outcome);
  expect(shop.done()).toEqual(["packed o1", "packed o1", "sent o1", "sent o1"]);

  const [{ run }] = await shop.items("run");
  const restarted = { target: { run }, from: undefined, again: true };
  expect(await shop.replay(restarted)).toEqual({
    done: true,
    run,
    says: `Run ${run} restarts, as epoch 3.`,
  });
  expect(shop.done()).toEqual(["packed o1", "packed o1", "packed o1", "sent o1", "sent o1"]);
}, 120_000);

test("an invalid event is quarantined once, by any delivery", async () => {
  await shop.place("o1", "much");
  expect(await shop.items("quarantine")).toHaveLength(2);
  const dry = await shop.replay({ dry: true });
  const { replay } = await shop.replay();
  expect(await shop.items("quarantine")).toHaveLength(2);
  const counts = { "send-mail quarantined": 1, "ship-order quarantined": 1 };
  for (const name of [dry.replay, replay]) expect((await shop.outcome(name))!.item.counts).toEqual(counts);
}, 120_000);

test("a replay is refused with what is wrong, and one that has ended cannot be cancelled", async () => {
  const { replay } = await shop.replay();
  const said = { by: "ada", why: "enough", key: "c" };
  expect(await shop.control({ action: "cancel", target: { replay: replay! }, ...said })).toMatchObject({
    done: false,
    says: expect.stringContaining("it has ended"),
  });
  expect(await shop.replay({ target: { subscriber: "fax" } })).toMatchObject({
    done: false,
    says: 'There is no subscriber "fax". Available: send-mail, ship-order.',
  });
}, 120_000);
