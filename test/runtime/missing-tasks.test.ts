import { describe, expect, test } from "vitest";
import { reviewDoubts } from "../../lambdas/runtime/completion/doubts.ts";
import { type Known, missingTasks, type OpenTask } from "../../lambdas/runtime/completion/progress.ts";
import { eventWaiter } from "../../lambdas/runtime/wait/waiters.ts";
import { claimKey } from "../../lib/contract/keys/claim.ts";
import type { StepMessage } from "../../lib/contract/message.ts";
import type { ClaimItem, TableItem } from "../../lib/contract/table.ts";
import type { WaitForEvent } from "../../lib/contract/wait-message.ts";
import { memoryObservation } from "./memory.ts";

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

  test("are none if a worker has reported the outcome, and none that cannot be undone", async () => {
    const others = [{ late: null }, { undoneBy: undefined }, { state: "done" }, { kind: "deferred" }];
    const items = others.map((more) => ({ ...doubt({ changedAt: iso(NOW - 3 * HOUR) }), ...more }));
    expect(await review(...items)).toEqual({ failed: [], next: undefined, count: 0 });
  });
});
