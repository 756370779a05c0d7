import { beforeEach, describe, expect, test, vi } from "vitest";
import { wake } from "../../lambdas/runtime/defer/resend.ts";
import { waitAndRetry } from "../../lib/contract/failure.ts";
import { controlKey } from "../../lib/contract/keys/control.ts";
import type { StepMessage } from "../../lib/contract/message.ts";
import type { ClaimItem, ControlItem, DeferredItem } from "../../lib/contract/table.ts";
import { BEGAN, deferred, first, key, never, succeeds, workWorld } from "./work-world.ts";

const order = { by: "ada", why: "to look", key: "k", at: "2026-11-21T10:00:00.000Z" };
const MINUTE = 60_000;

let world: ReturnType<typeof workWorld>;
beforeEach(() => {
  world = workWorld();
});
const deferredItem = () => world.state.get(deferred) as DeferredItem | undefined;
const pauseWorkflow = () =>
  world.state.write({
    ...controlKey("workflow", "w"),
    kind: "control",
    target: "workflow",
    name: "w",
    paused: order,
  } as ControlItem);

describe("a pause", () => {
  test.each([
    ["run paused", () => world.change({ paused: order })],
    ["workflow paused", () => pauseWorkflow()],
  ])("%s: the message is stored whole, the claim is released, nothing is answered", async (reason, pause) => {
    pause();
    expect(await world.deliver({}, never)).toEqual({ kind: "deferred", why: reason, due: undefined });
    expect(deferredItem()).toMatchObject({ reason, message: first, workflow: "w" });
    expect(deferredItem()).not.toHaveProperty("dueAt");
    expect((world.state.get(key) as ClaimItem).state).toBeUndefined();
    expect([world.machines.answers, world.queues.wakes]).toEqual([[], []]);
  });

  test("resumed: the message is sent again as new, counted, and runs; nothing stays deferred", async () => {
    world.change({ paused: order });
    await world.deliver({}, never);
    world.change({ paused: undefined });
    const again = await world.resend();
    expect(again).toEqual({ ...first, deferred: 1 });
    expect(await world.deliver(again, succeeds())).toMatchObject({ answer: "success" });
    expect(deferredItem()).toBeUndefined();
  });

  test("stores the message before its claim is released: if that fails, it stays claimed", async () => {
    world.change({ paused: order });
    world.ports.deferred.put = () => Promise.reject(new Error("killed"));
    await expect(world.deliver({}, never)).rejects.toThrow("killed");
    expect(world.state.get(key)).toMatchObject({ state: "running" });
  });

  test("that ends between the read and the deferral does not leave the message behind", async () => {
    world.change({ paused: order });
    const put = world.ports.deferred.put;
    world.ports.deferred.put = async (item) => {
      const kept = await put(item);
      world.change({ paused: undefined }); // Who resumes looks for deferred messages before this one is there.
      return kept;
    };
    expect(await world.deliver({}, never)).toMatchObject({ kind: "later", at: BEGAN });
    expect(deferredItem()).toBeUndefined();
    expect(await world.deliver({}, succeeds())).toMatchObject({ answer: "success" });
  });

  test("does not defer an undo", async () => {
    world.change({ paused: order, status: "compensating" });
    expect(await world.deliver({ direction: "undo", input: null }, never)).toMatchObject({
      answer: "failure",
    });
    expect(deferredItem()).toBeUndefined();
  });
});

describe("retry after", () => {
  const busy = () => Promise.reject(waitAndRetry("slow down", 40 * MINUTE));

  test("the message returns when it is due, though a queue delays by 15 minutes at most; no attempt is counted", async () => {
    const due = BEGAN + 40 * MINUTE;
    expect(await world.deliver({}, busy)).toEqual({ kind: "deferred", why: "retry after", due });
    const { wakes, sent } = world.queues;
    while (sent.length === 0) {
      const { time, key: item } = wakes.pop()!;
      world.clock.now = Math.min(time, world.clock.now + 15 * MINUTE);
      await wake(item, world.ports);
    }
    expect(world.clock.now).toBe(due);
    expect(await world.deliver(sent[0]!.message, succeeds())).toMatchObject({ answer: "success" });
    expect(world.machines.answers).toHaveLength(1);
  });

  test.each([
    ["not a number", Number.NaN, 0],
    ["the past", -5, 0],
    ["for ever", Number.POSITIVE_INFINITY, 365 * 24 * 60 * MINUTE],
  ])(
    "a time that is %s is understood, and the message is stored longer than that",
    async (_, after, wait) => {
      await world.deliver({}, () => Promise.reject(waitAndRetry("odd", after)));
      expect(deferredItem()).toMatchObject({ dueAt: new Date(BEGAN + wait).toISOString() });
      expect(deferredItem()!.expiresAt * 1000).toBeGreaterThan(BEGAN + wait);
    },
  );

  test.each([
    [undefined, 2_000 + 10_000],
    [1, 2_000 + 20_000],
    [3, 2_000 + 80_000],
    [1_000, 2_000 + 300_000],
  ])(
    "without a time, a message that was deferred %s times waits longer, spread at random",
    async (deferrals, wait) => {
      await world.deliver({ deferred: deferrals }, () => Promise.reject(waitAndRetry("busy")));
      expect(deferredItem()).toMatchObject({ dueAt: new Date(BEGAN + wait).toISOString() });
    },
  );

  test("a reminder that is delivered twice sends once; one for a removed item does nothing", async () => {
    await world.deliver({}, busy);
    world.clock.now += 41 * MINUTE;
    await wake(deferred, world.ports);
    await wake(deferred, world.ports);
    expect(world.queues.sent).toHaveLength(1);
  });

  test("a crash between sending and removing sends twice, and the effect happens once", async () => {
    await world.deliver({}, busy);
    world.clock.now += 41 * MINUTE;
    const remove = world.ports.deferred.remove;
    world.ports.deferred.remove = () => Promise.reject(new Error("killed"));
    await expect(wake(deferred, world.ports)).rejects.toThrow("killed");
    world.ports.deferred.remove = remove;
    await wake(deferred, world.ports);
    const code = succeeds();
    for (const { message } of world.queues.sent) await world.deliver(message, code);
    expect(world.queues.sent).toHaveLength(2);
    expect(code).toHaveBeenCalledTimes(1);
  });

  test("a message that is deferred again while the earlier one is sent stays deferred", async () => {
    await world.deliver({}, busy);
    const send = world.ports.stepQueues.send;
    world.ports.stepQueues.send = async (url, message) => {
      await send(url, message);
      await world.deliver(message as StepMessage, busy);
    };
    await world.resend();
    expect(deferredItem()).toMatchObject({ message: { deferred: 1 } });
  });

  test("a late duplicate of an earlier attempt does not replace a later one", async () => {
    await world.deliver({ attempt: 2, taskToken: "t2" }, busy);
    expect(await world.deliver({}, busy)).toMatchObject({ kind: "dropped" });
    expect(deferredItem()).toMatchObject({ message: { taskToken: "t2" } });
  });

  test.each(["put", "remove"] as const)(
    "a crash at the %s of a deferred message loses nothing",
    async (method) => {
      world.change({ paused: order });
      const whole = world.ports.deferred[method];
      world.ports.deferred[method] = vi.fn().mockRejectedValueOnce(new Error("killed"));
      if (method === "put") await expect(world.deliver({}, never)).rejects.toThrow("killed");
      world.ports.deferred[method] = whole as never;
      world.clock.now += 36_000;
      expect(await world.deliver({}, never)).toMatchObject({ kind: "deferred" });
      world.change({ paused: undefined });
      expect(await world.deliver(await world.resend(), succeeds())).toMatchObject({ answer: "success" });
    },
  );

  test("a crash before the reminder is requested leaves the message to its queue, which defers it again", async () => {
    const at = world.ports.wakeups.at;
    world.ports.wakeups.at = () => Promise.reject(new Error("killed"));
    await expect(world.deliver({}, busy)).rejects.toThrow("killed");
    world.ports.wakeups.at = at;
    world.clock.now += 36_000;
    expect(await world.deliver({}, busy)).toMatchObject({ kind: "deferred" });
    expect(world.queues.wakes).toHaveLength(1);
  });
});
