import { describe, expect, test } from "vitest";
import { childrenOf } from "../../../lambdas/runtime/completion/arrivals.ts";
import { reviewDoubts } from "../../../lambdas/runtime/completion/doubts.ts";
import { type Known, missingTasks, type OpenTask } from "../../../lambdas/runtime/completion/progress.ts";
import { winnerWaiter } from "../../../lambdas/runtime/wait/race.ts";
import { childWaiter, eventWaiter } from "../../../lambdas/runtime/wait/waiters.ts";
import { fenceOf } from "../../../lib/contract/fence.ts";
import { approvalKey } from "../../../lib/contract/keys/approval.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { deferredKey } from "../../../lib/contract/keys/deferred.ts";
import type { ListMessage } from "../../../lib/contract/messages/list-message.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { CallChild, DecideRace, WaitForEvent } from "../../../lib/contract/messages/wait-message.ts";
import type { ClaimItem, DeferredItem, TableItem } from "../../../lib/contract/table.ts";
import { memoryObservation } from "../memory/memory.ts";

const NOW = Date.parse("2026-11-21T12:00:00.000Z");
const HOUR = 3_600_000;
const iso = (time: number) => new Date(time).toISOString();
const run = { id: "r", workflow: "w", epoch: 2, version: "v", event: "e", correlation: "c", hops: 0 };
const entry = { taskToken: "t", run, entered: iso(NOW - 2 * HOUR), attempt: 1 };

describe("what explains a message", () => {
  const step = { ...entry, step: "s", path: "a", direction: "do" } as StepMessage;
  const wait: WaitForEvent = { ...entry, kind: "event", path: "paid", event: "order.paid", key: "o1" };
  const claim = (more: Partial<ClaimItem> = {}, path = "a", epoch = 2) =>
    ({
      ...claimKey("r", epoch, path),
      kind: "claim",
      state: "running",
      lease: NOW + 1,
      ...more,
    }) as ClaimItem;
  const missing = (message: OpenTask["message"], known: Partial<Known> = {}, since = NOW - HOUR) =>
    missingTasks(
      [{ queueUrl: "q", message, since: iso(since) }],
      { run: {}, claims: [], deferred: [], items: [], paused: false, hasEnded: () => false, ...known },
      NOW,
    ).length === 1;

  test("nothing, after its state was entered an hour ago", () => {
    expect(missing(step)).toBe(true);
    expect(missing(step, {}, NOW - HOUR + 1)).toBe(false);
  });

  test.each([
    ["its claim, as long as the lease lasts", claim(), false],
    ["no claim whose lease is over", claim({ lease: NOW }), true],
    ["no claim that is not held", claim({ state: "failed" }), true],
    ["no claim of another effect", claim({}, "b"), true],
    ["no claim of another epoch", claim({}, "a", 1), true],
  ])("%s", (_, one, expected) => {
    expect(missing(step, { claims: [one] })).toBe(expected);
  });

  test("its own waiter, and none of another path, key or event", () => {
    const items = (...waits: Partial<WaitForEvent>[]): TableItem[] =>
      waits.map((more) => eventWaiter({ ...wait, ...more }, NOW));
    expect(missing(wait, { items: items({}) })).toBe(false);
    expect(missing(wait, { items: items({ path: "other" }, { key: "o2" }, { event: "order.made" }) })).toBe(
      true,
    );
  });

  test("no claim explains a wait of the same path", () => {
    expect(missing({ ...wait, path: "a" }, { claims: [claim()] })).toBe(true);
  });

  test("no claim of an effect explains its undo", () => {
    expect(missing({ ...step, direction: "undo" }, { claims: [claim()] })).toBe(true);
    const undo = claim({ ...claimKey("r", 2, "a", "undo") });
    expect(missing({ ...step, direction: "undo" }, { claims: [undo] })).toBe(false);
    expect(missing(step, { claims: [undo] })).toBe(true);
  });

  test("a dead letter of its path, or of another place at which the run is stuck", () => {
    const place = (path: string) => ({ path, deadLetter: path, at: "", reason: "" });
    expect(missing(step, { run: { stuck: place("a") } })).toBe(false);
    expect(missing(step, { run: { stuck: { ...place("b"), also: [place("c"), place("a")] } } })).toBe(false);
    expect(missing(step, { run: { stuck: { ...place("b"), also: [place("c")] } } })).toBe(true);
    // A message without a path is at no place.
    const cancel = { kind: "cancel-on", run, event: "order.cancelled", key: "o1" } as const;
    expect(missing(cancel, { run: { stuck: place("a") } })).toBe(true);
  });

  test("of a list, a claim of one of its items", () => {
    const each = { path: "a", items: [{}, {}] };
    const list = { ...step, group: { steps: [{ path: "x", fills: [] }], values: {}, answer: {}, each } };
    expect(missing(list as never, { claims: [claim({}, "a[1]/x")] })).toBe(false);
    expect(missing(list as never, { claims: [claim({}, "a[2]/x")] })).toBe(true);
  });

  describe("of a group of steps", () => {
    const steps = [{ path: "a" }, { path: "b" }];
    const group = { ...step, path: "a", group: { path: "g", steps } } as never as StepMessage;

    test.each([
      ["a claim of its first step", [claim()], false],
      ["a claim of another of its steps", [claim({}, "b")], false],
      ["no claim of another step", [claim({}, "c")], true],
    ])("%s", (_, claims, expected) => {
      expect(missing(group, { claims })).toBe(expected);
    });

    test("a dead letter of one of its steps", () => {
      const place = (path: string) => ({ path, deadLetter: path, at: "", reason: "" });
      expect(missing(group, { run: { stuck: place("b") } })).toBe(false);
      expect(missing(group, { run: { stuck: place("c") } })).toBe(true);
    });
  });

  test.each<[string, Partial<DeferredItem>, boolean, boolean]>([
    ["a deferred message that has its time", { dueAt: iso(NOW + HOUR) }, false, false],
    ["one that waits for an operator", {}, true, false],
    ["and not one without a time, if nothing is paused", {}, false, true],
    ["and not one of an earlier attempt", { dueAt: iso(NOW + HOUR), fence: fenceOf(step) - 1 }, false, true],
    [
      "and not one of another step",
      { dueAt: iso(NOW + HOUR), ...deferredKey("r", 2, "b", "do") },
      false,
      true,
    ],
  ])("%s", (_, more, paused, expected) => {
    const item = { kind: "deferred", ...deferredKey("r", 2, "a", "do"), fence: fenceOf(step), ...more };
    expect(missing(step, { deferred: [item as DeferredItem], paused })).toBe(expected);
  });

  test("the waiter of a race for what its winner signals, and no other", () => {
    const race: DecideRace = { ...entry, kind: "race", path: "first", winner: "paid" };
    expect(missing(race)).toBe(true);
    expect(missing(race, { items: [winnerWaiter(race, "paid", NOW)] })).toBe(false);
    expect(missing(race, { items: [winnerWaiter(race, "late", NOW)] })).toBe(true);
  });

  test("nothing that is in the table explains a part of a list, which leaves only its answer", () => {
    const part = { ...entry, kind: "list", path: "list" } as never as ListMessage;
    expect(missing(part, { items: [eventWaiter({ ...wait, path: "list" }, NOW)] })).toBe(true);
  });

  describe("of a call", () => {
    const about = { workflow: "ship", event: "ship.requested", version: 1, payload: {}, reads: [] };
    const call: CallChild = { ...entry, ...about, kind: "child", path: "ship" };

    test("its waiter, and no longer once the called run has ended", () => {
      const [child] = childrenOf(call);
      const items = [childWaiter(call, child!, NOW)];
      const hasEnded = (ended: string) => ended === child;
      expect(missing(call, { items, hasEnded: () => false })).toBe(false);
      expect(missing(call, { items, hasEnded })).toBe(true);
    });

    test("that is not awaited, its waiter in any state", () => {
      const { taskToken: _, ...unawaited } = call;
      const items = [
        { ...childWaiter(unawaited, childrenOf(call)[0]!, NOW), state: "delivered" } as TableItem,
      ];
      for (const one of [unawaited, { ...call, taskToken: undefined }]) {
        expect(missing(one, { items })).toBe(false);
        expect(missing(one)).toBe(true);
      }
    });

    test("may have started a run in each epoch since the run was restarted, the latest first", () => {
      const of = (epoch: number, restarted?: number) =>
        childrenOf({ ...call, run: { ...run, epoch, ...(restarted && { restarted }) } });
      expect(of(1)).toHaveLength(1);
      expect(of(3)).toEqual([...of(3, 3), ...of(2, 2), ...of(1)]);
      expect(of(3, 2)).toEqual(of(3).slice(0, 2));
    });

    test("a wait for an event is not over because a run of the same name has ended", () => {
      expect(missing(wait, { items: [eventWaiter(wait, NOW)], hasEnded: () => true })).toBe(false);
    });
  });

  test("an open approval, and none that is not pending or of an earlier level", () => {
    const question = { ...entry, approval: "editor", path: "editor", level: 1, show: {} } as const;
    const item = (more: object = {}) => ({
      ...approvalKey("r", 2, "editor"),
      kind: "approval",
      state: "pending",
      fence: fenceOf(question),
      ...more,
    });
    const isMissing = (message: object, ...items: object[]) =>
      missing(message as never, { items: items as TableItem[] });
    expect(isMissing(question, item())).toBe(false);
    expect(isMissing({ ...question, over: false }, item())).toBe(false);
    expect(isMissing({ ...question, over: true }, item())).toBe(true);
    expect(isMissing(question, item({ state: "closed" }))).toBe(true);
    expect(isMissing(question, item({ fence: fenceOf(question) - 1 }))).toBe(true);
  });
});

describe("effects in doubt of a run that has ended", () => {
  const changedAt = iso(NOW - HOUR);
  const doubt = (more: Partial<ClaimItem> = {}) =>
    ({
      kind: "claim",
      run: "r",
      epoch: 1,
      path: "a",
      direction: "do",
      state: "sealed",
      undoneBy: "undo",
      owner: "gone",
      lease: NOW - 3 * HOUR,
      changedAt,
      ...more,
    }) as ClaimItem;
  const review = async (...items: object[]) => {
    const failed: string[] = [];
    const observation = memoryObservation();
    const claims = { fail: async ({ pk }: { pk: string }) => failed.push(pk) > 0 };
    const ports = { claims, now: () => NOW, ...observation };
    const next = await reviewDoubts(items as TableItem[], ports as never);
    return { failed, next, count: observation.counts.get("EffectsInDoubt") ?? 0 };
  };

  test("are counted and asked about two hours after the run ended, and after the lease", async () => {
    const [over, lately] = [
      { changedAt: iso(NOW - 2 * HOUR) },
      { lease: NOW - 1, changedAt: iso(NOW - 3 * HOUR) },
    ];
    const found = await review(
      { ...doubt(over), pk: "a" },
      { ...doubt(lately), pk: "b" },
      { ...doubt(), pk: "c" },
    );
    expect(found).toMatchObject({ failed: ["a"], count: 1 });
    // The earliest of those that are not over.
    expect(found.next).toBe(iso(NOW + HOUR));
  });

  test("without an owner are in doubt as long after", async () => {
    const released = { owner: undefined, lease: undefined, doubt: changedAt } as never as Partial<ClaimItem>;
    expect(await review(doubt(released))).toMatchObject({ failed: [], next: iso(NOW + HOUR) });
  });

  test("are not asked about while a message waits that may bring them", async () => {
    const old = doubt({ changedAt: iso(NOW - 3 * HOUR) });
    const waits = (more: Partial<DeferredItem>) =>
      ({ kind: "deferred", epoch: old.epoch, dueAt: iso(NOW + HOUR), ...more }) as never as typeof old;
    expect(await review(old, waits({}))).toEqual({ failed: [], next: iso(NOW + 3 * HOUR), count: 0 });
    expect(await review(old, waits({ dueAt: iso(NOW - 2 * HOUR) }))).toMatchObject({ count: 1 });
    expect(await review(old, waits({ epoch: 7 }))).toMatchObject({ count: 1 });
    expect(await review(old, waits({ dueAt: undefined }))).toMatchObject({ count: 1 });
  });

  test("are none if a worker has reported the outcome, and none that cannot be undone", async () => {
    const others = [{ late: null }, { undoneBy: undefined }, { state: "done" }, { kind: "deferred" }];
    const items = others.map((more) => ({ ...doubt({ changedAt: iso(NOW - 3 * HOUR) }), ...more }));
    expect(await review(...items)).toEqual({ failed: [], next: undefined, count: 0 });
  });
});
