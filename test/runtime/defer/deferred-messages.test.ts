import { describe, expect, test } from "vitest";
import { deferredItem, deferWhile } from "../../../lambdas/runtime/defer/defer.ts";
import { resend, wake } from "../../../lambdas/runtime/defer/resend.ts";
import { sendMissing } from "../../../lambdas/runtime/defer/send-missing.ts";
import { deferredKey, deferredRequestKey } from "../../../lib/contract/keys/deferred.ts";
import type { DeferredItem } from "../../../lib/contract/table.ts";
import { memoryObservation } from "../memory/memory.ts";
import { first } from "../work/work-harness.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const iso = (time: number) => new Date(time).toISOString();
const run = { ...first.run, id: "ship-o1", workflow: "ship" };

describe("a message that is deferred", () => {
  const about = { reason: "run paused", owner: "me" } as const;
  const item = (message: object, due?: number) =>
    deferredItem({ ...first, run, ...message } as never, { ...about, due }, { retentionDays: 2 }, NOW);

  test("until a time is found by it, and kept for the retention after it", () => {
    expect(item({}, NOW + 5_000)).toMatchObject({
      due: expect.stringMatching(/^deferred-due#/),
      dueAt: iso(NOW + 5_000),
      expiresAt: (NOW + 5_000) / 1_000 + 2 * 86_400,
    });
    expect(item({}, NOW + 5_000)).not.toHaveProperty("list");
  });

  test("until an operator resumes is listed for its workflow", () => {
    expect(item({})).toMatchObject({
      list: expect.stringMatching(/^deferred#ship#/),
      listedAt: iso(NOW),
      expiresAt: NOW / 1_000 + 2 * 86_400,
    });
    expect(item({})).not.toHaveProperty("due");
  });

  test("has the direction of its effect in its key, and says what it is about", () => {
    const { step: _, direction: __, ...bare } = { ...first, run };
    const of = (message: object) =>
      deferredItem(message as never, { ...about, due: undefined }, { retentionDays: 2 }, NOW);
    expect(item({ direction: "undo" })).toMatchObject(deferredKey("ship-o1", 1, "charge", "undo"));
    expect(of({ ...bare, approval: "editor" })).toMatchObject({
      ...deferredRequestKey("ship-o1", 1, "charge"),
      step: "editor",
    });
    expect(of({ ...bare, workflow: "bill" })).toMatchObject({ step: "bill" });
  });

  test("and whose pause has ended is handled, even if the answer of its removal was lost", async () => {
    const calls: string[] = [];
    const deferred = {
      put: async () => calls.push("put") > 0,
      read: async () => undefined,
      remove: async () => calls.push("removed") === 0,
    };
    const ports = { deferred, wakeups: { at: async () => {} }, retentionDays: 2 };
    const written = () => void calls.push("written");
    expect(await deferWhile(item({}), async () => false, ports, written)).toBe("resumed");
    expect(calls).toEqual(["put", "written", "removed"]);
  });
});

describe("a deferred message is sent", () => {
  const harness = (queues: Record<string, string>) => {
    const sent: unknown[] = [];
    const removed: unknown[] = [];
    const woken: number[] = [];
    let stored: object | undefined;
    const ports = {
      deferred: {
        put: async () => true,
        read: async () => stored as DeferredItem,
        remove: async (item: object) => removed.push(item) > 0,
      },
      stepQueues: {
        send: async (queue: string, message: object) => void sent.push([queue, message]),
        count: async () => 0,
      },
      queues: {
        read: async (name: string) => (queues[name] ? { queueUrl: queues[name] } : undefined) as never,
      },
      wakeups: { at: async (time: number) => void woken.push(time) },
      now: () => NOW,
    };
    return { sent, removed, woken, ports, store: (item: object) => (stored = item) };
  };
  const RUN = "ship-aaaaaaaaaaaaaaaaaaaaaaaaaa";
  const item = (message: object, key = deferredKey(RUN, 1, "charge", "do")) =>
    ({ ...key, kind: "deferred", message }) as unknown as DeferredItem;
  const request = deferredRequestKey(RUN, 1, "charge");
  const queues = {
    "ship/charge": "step",
    "millrace.approvals": "approvals",
    "millrace.waits": "waits",
    ship: "reaction",
  };

  test.each([
    ["of a step to the queue of its step", { step: "charge" }, "step"],
    ["of an approval to the approvals", { approval: "editor" }, "approvals", request],
    ["of a call to the waits", { kind: "child" }, "waits", request],
    ["of a reaction to the reaction", { event: {} }, "reaction"],
  ])("%s", async (_, message, queue, key = undefined) => {
    const { ports, sent, removed } = harness(queues);
    await resend(item(message, key), ports as never);
    expect(sent).toEqual([[queue, { ...message, deferred: 1 }]]);
    expect(removed).toHaveLength(1);
    await resend(item({ ...message, deferred: 4 }, key), ports as never);
    expect(sent[1]).toEqual([queue, { ...message, deferred: 5 }]);
  });

  test("not at all, and stays, if its queue is not deployed", async () => {
    const { ports, sent, removed } = harness({});
    await expect(resend(item({ step: "charge" }), ports as never)).rejects.toThrow(
      'No queue "ship/charge" is deployed',
    );
    expect([sent, removed]).toEqual([[], []]);
  });

  test.each<[string, object | undefined, number, number[]]>([
    ["when it is due", { dueAt: iso(NOW) }, 1, []],
    ["not before, and another reminder is requested", { dueAt: iso(NOW + 1) }, 0, [NOW + 1]],
    ["not if it waits for an operator", {}, 0, []],
    ["not if it was sent meanwhile", undefined, 0, []],
  ])("by a reminder %s", async (_, more, count, reminders) => {
    const { ports, sent, woken, store } = harness(queues);
    if (more) store({ ...item({ step: "charge" }), ...more });
    await wake(item({}), ports as never);
    expect([sent.length, woken]).toEqual([count, reminders]);
  });
});

test("a lost message that is sent again is logged with its run and place", async () => {
  const said: unknown[] = [];
  const observation = memoryObservation();
  const log = { ...observation.log, warn: (_: string, fields: unknown) => void said.push(fields) };
  const stepQueues = { send: async () => {}, count: async () => 0 };
  const send = (message: object) =>
    sendMissing({ action: "send-missing", queueUrl: "q", since: iso(NOW), message } as never, {
      stepQueues,
      log,
      now: () => NOW,
      metrics: observation.metrics,
    });
  await send({ ...first, run });
  await send({ run, kind: "cancel-on" });
  const about = { run: "ship-o1", epoch: 1, since: iso(NOW) };
  expect(said).toEqual([
    { ...about, path: "charge", direction: "do" },
    { ...about, path: undefined, direction: undefined },
  ]);
});
