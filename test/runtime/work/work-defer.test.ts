import { beforeEach, describe, expect, test, vi } from "vitest";
import { wake } from "../../../lambdas/runtime/defer/resend.ts";
import { waitAndRetry } from "../../../lib/contract/failure.ts";
import { controlKey } from "../../../lib/contract/keys/control.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { ClaimItem, ControlItem, DeferredItem } from "../../../lib/contract/table.ts";
import { BEGAN, deferred, first, key, never, succeeds, workHarness } from "./work-harness.ts";

const order = { by: "ada", why: "to look", key: "k", at: "2026-11-21T10:00:00.000Z" };
const MINUTE = 60_000;

let harness: ReturnType<typeof workHarness>;
beforeEach(() => {
  harness = workHarness();
});
const deferredItem = () => harness.state.get(deferred) as DeferredItem | undefined;
const pauseWorkflow = () =>
  harness.state.write({
    ...controlKey("workflow", "w"),
    kind: "control",
    target: "workflow",
    name: "w",
    paused: order,
  } as ControlItem);

describe("a pause", () => {
  test.each([
    ["run paused", () => harness.change({ paused: order })],
    ["workflow paused", () => pauseWorkflow()],
  ])("%s: the message is stored whole, the claim is released, nothing is answered", async (reason, pause) => {
    pause();
    expect(await harness.deliver({}, never)).toEqual({ kind: "deferred", why: reason, due: undefined });
    expect(deferredItem()).toMatchObject({ reason, message: first, workflow: "w" });
    expect(deferredItem()).not.toHaveProperty("dueAt");
    expect((harness.state.get(key) as ClaimItem).state).toBeUndefined();
    expect([harness.machines.answers, harness.queues.wakes]).toEqual([[], []]);
  });

  test("resumed: the message is sent again as new, counted, and runs; nothing stays deferred", async () => {
    harness.change({ paused: order });
    await harness.deliver({}, never);
    harness.change({ paused: undefined });
    const again = await harness.resend();
    expect(again).toEqual({ ...first, deferred: 1 });
    expect(await harness.deliver(again, succeeds())).toMatchObject({ answer: "success" });
    expect(deferredItem()).toBeUndefined();
  });

  test("stores the message before its claim is released: if that fails, it stays claimed", async () => {
    harness.change({ paused: order });
    harness.ports.deferred.put = () => Promise.reject(new Error("killed"));
    await expect(harness.deliver({}, never)).rejects.toThrow("killed");
    expect(harness.state.get(key)).toMatchObject({ state: "running" });
  });

  test("that ends between the read and the deferral does not leave the message behind", async () => {
    harness.change({ paused: order });
    const put = harness.ports.deferred.put;
    harness.ports.deferred.put = async (item) => {
      const kept = await put(item);
      harness.change({ paused: undefined }); // Who resumes looks for deferred messages before this one is there.
      return kept;
    };
    expect(await harness.deliver({}, never)).toMatchObject({ kind: "later", at: BEGAN });
    expect(deferredItem()).toBeUndefined();
    expect(await harness.deliver({}, succeeds())).toMatchObject({ answer: "success" });
  });

  test("does not defer an undo", async () => {
    harness.change({ paused: order, status: "compensating" });
    expect(await harness.deliver({ direction: "undo", input: null }, never)).toMatchObject({
      answer: "failure",
    });
    expect(deferredItem()).toBeUndefined();
  });
});

describe("retry after", () => {
  const busy = () => Promise.reject(waitAndRetry("slow down", 40 * MINUTE));

  test("the message returns when it is due, though a queue delays by 15 minutes at most; no attempt is counted", async () => {
    const due = BEGAN + 40 * MINUTE;
    expect(await harness.deliver({}, busy)).toEqual({ kind: "deferred", why: "retry after", due });
    const { wakes, sent } = harness.queues;
    while (sent.length === 0) {
      const { time, key: item } = wakes.pop()!;
      harness.clock.now = Math.min(time, harness.clock.now + 15 * MINUTE);
      await wake(item, harness.ports);
    }
    expect(harness.clock.now).toBe(due);
    expect(await harness.deliver(sent[0]!.message, succeeds())).toMatchObject({ answer: "success" });
    expect(harness.machines.answers).toHaveLength(1);
  });

  test.each([
    ["not a number", Number.NaN, 0],
    ["the past", -5, 0],
    ["for ever", Number.POSITIVE_INFINITY, 365 * 24 * 60 * MINUTE],
  ])(
    "a time that is %s is understood, and the message is stored longer than that",
    async (_, after, wait) => {
      await harness.deliver({}, () => Promise.reject(waitAndRetry("odd", after)));
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
      await harness.deliver({ deferred: deferrals }, () => Promise.reject(waitAndRetry("busy")));
      expect(deferredItem()).toMatchObject({ dueAt: new Date(BEGAN + wait).toISOString() });
    },
  );

  test("a reminder that is delivered twice sends once; one for a removed item does nothing", async () => {
    await harness.deliver({}, busy);
    harness.clock.now += 41 * MINUTE;
    await wake(deferred, harness.ports);
    await wake(deferred, harness.ports);
    expect(harness.queues.sent).toHaveLength(1);
  });

  test("a crash between sending and removing sends twice, and the effect happens once", async () => {
    await harness.deliver({}, busy);
    harness.clock.now += 41 * MINUTE;
    const remove = harness.ports.deferred.remove;
    harness.ports.deferred.remove = () => Promise.reject(new Error("killed"));
    await expect(wake(deferred, harness.ports)).rejects.toThrow("killed");
    harness.ports.deferred.remove = remove;
    await wake(deferred, harness.ports);
    const code = succeeds();
    for (const { message } of harness.queues.sent) await harness.deliver(message, code);
    expect(harness.queues.sent).toHaveLength(2);
    expect(code).toHaveBeenCalledTimes(1);
  });

  test("a message that is deferred again while the earlier one is sent stays deferred", async () => {
    await harness.deliver({}, busy);
    const send = harness.ports.stepQueues.send;
    harness.ports.stepQueues.send = async (url, message) => {
      await send(url, message);
      await harness.deliver(message as StepMessage, busy);
    };
    await harness.resend();
    expect(deferredItem()).toMatchObject({ message: { deferred: 1 } });
  });

  test("a late duplicate of an earlier attempt does not replace a later one", async () => {
    await harness.deliver({ attempt: 2, taskToken: "t2" }, busy);
    expect(await harness.deliver({}, busy)).toMatchObject({ kind: "dropped" });
    expect(deferredItem()).toMatchObject({ message: { taskToken: "t2" } });
  });

  test.each(["put", "remove"] as const)(
    "a crash at the %s of a deferred message loses nothing",
    async (method) => {
      harness.change({ paused: order });
      const whole = harness.ports.deferred[method];
      harness.ports.deferred[method] = vi.fn().mockRejectedValueOnce(new Error("killed"));
      if (method === "put") await expect(harness.deliver({}, never)).rejects.toThrow("killed");
      harness.ports.deferred[method] = whole as never;
      harness.clock.now += 36_000;
      expect(await harness.deliver({}, never)).toMatchObject({ kind: "deferred" });
      harness.change({ paused: undefined });
      expect(await harness.deliver(await harness.resend(), succeeds())).toMatchObject({ answer: "success" });
    },
  );

  test("a crash before the reminder is requested leaves the message to its queue, which defers it again", async () => {
    const at = harness.ports.wakeups.at;
    harness.ports.wakeups.at = () => Promise.reject(new Error("killed"));
    await expect(harness.deliver({}, busy)).rejects.toThrow("killed");
    harness.ports.wakeups.at = at;
    harness.clock.now += 36_000;
    expect(await harness.deliver({}, busy)).toMatchObject({ kind: "deferred" });
    expect(harness.queues.wakes).toHaveLength(1);
  });
});
