import { describe, expect, test, vi } from "vitest";
import { leave } from "../../../lambdas/runtime/intake/begin.ts";
import { limitOf, ofBatch } from "../../../lambdas/runtime/intake/describe-run.ts";
import { defineSharedLimit, type SharedLimitOptions } from "../../../lib/contract/shared-limit.ts";
import { perKeyHarness } from "./per-key-harness.ts";

test.each<[string, SharedLimitOptions, string | undefined, object | undefined]>([
  ["for all keys has the run's key", { atOnce: 2 }, "k", { name: "calls", key: "k" }],
  ["for all keys has the workflow without one", { atOnce: 2 }, undefined, { name: "calls", key: "index" }],
  ["for each key has the run's key", { perKey: { atOnce: 2 } }, "k", { name: "calls", key: "k" }],
  ["for each key leaves out a run without one", { perKey: { atOnce: 2 } }, undefined, undefined],
])("a shared limit %s", (_, options, key, expected) => {
  const spec = {
    ...perKeyHarness().spec({ atOnce: 1 }),
    sharedLimit: { limit: defineSharedLimit("calls", options) },
  };
  expect(limitOf(spec as any, key)).toEqual(expected);
});

test("the batch of a run without a key has an empty one", () => {
  expect(ofBatch(undefined, [1])).toEqual({ key: "", events: [1] });
});

describe("the delivery of a run that is no longer accepted", () => {
  test("reads no queue if the run has no key", async () => {
    const { ports, spec } = perKeyHarness();
    const read = vi.fn(ports.keyQueues.read);
    const own = { ...ports, keyQueues: { ...ports.keyQueues, read } };
    const left = { key: undefined, run: "r" };
    expect(await leave(left, spec({ atOnce: 1 }), own as any)).toEqual({ kind: "duplicate", run: "r" });
    expect(read).not.toHaveBeenCalled();
  });

  test("is delivered again where the next run of its key is throttled", async () => {
    const harness = perKeyHarness();
    const perKey = { atOnce: 1 };
    await harness.change(perKey, 1);
    await harness.change(perKey, 2);
    await harness.ports.runs.end(harness.run(1), 1, { status: "succeeded" });
    const executions = { ...harness.ports.executions, start: async () => ({ kind: "throttled" }) };
    const ports = { ...harness.ports, executions };
    expect(await leave(harness.item(1), harness.spec(perKey), ports as any)).toEqual({ kind: "throttled" });
  });
});
