import { describe, expect, test } from "vitest";
import { deadlineOf, isOverdue, untilOf } from "../../../lambdas/runtime/completion/deadline.ts";
import { endIfLate } from "../../../lambdas/runtime/completion/start-deadline.ts";
import { expire, startsTooLate } from "../../../lambdas/runtime/runs/transitions.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { memory, memoryObservation } from "../memory/memory.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const MINUTE = 60_000;
const iso = (time: number) => new Date(time).toISOString();
const LATE = "Millrace.StartDeadline";

describe("the deadline of a running epoch", () => {
  test("is that of a setting, counted from its start", () => {
    expect(untilOf({ deadline: 90_000 }, NOW)).toBe(iso(NOW + 90_000));
    expect(untilOf({}, NOW)).toBeUndefined();
  });

  const [soon, later] = [iso(NOW), iso(NOW + MINUTE)];
  test.each([
    ["none", {}, undefined],
    ["that of a setting", { until: later }, later],
    ["that of a run without an execution", { express: { until: soon } }, soon],
    [
      "that of a run without an execution before that of a setting",
      { express: { until: soon }, until: later },
      soon,
    ],
  ])("is %s", (_, run, expected) => {
    expect(deadlineOf(run)).toBe(expected);
  });

  test.each([
    ["none", {}, false],
    ["one that is in a millisecond", { until: iso(NOW + 1) }, false],
    ["one that is now", { until: iso(NOW) }, true],
    ["one that is over", { express: { until: iso(NOW - 1) } }, true],
  ])("with %s", (_, run, expected) => {
    expect(isOverdue(run, NOW)).toBe(expected);
  });
});

describe("a run that has to start within ten minutes", () => {
  const waiting = (more: Partial<RunItem> = {}) =>
    ({
      ...runKey("w-1"),
      kind: "run",
      run: "w-1",
      workflow: "w",
      epoch: 2,
      status: "accepted",
      acceptedAt: iso(NOW - 60 * MINUTE),
      retried: { by: "ada", why: "", key: "k", at: iso(NOW) },
      startWithin: 10 * MINUTE,
      ...more,
    }) as RunItem;
  const over = NOW + 10 * MINUTE + 1;

  test.each([
    ["its time", waiting(), over - 1, false],
    ["a millisecond more", waiting(), over, true],
    ["any time, if it has started", waiting({ status: "running" }), over, false],
    ["any time, without a limit", waiting({ startWithin: undefined }), over, false],
  ])("and waits for %s", (_, run, now, expected) => {
    expect(startsTooLate(run, now)).toBe(expected);
  });

  const compensation = { round: 1, open: true, undone: 0, failed: 0 };
  test.each([
    ["is in another epoch now", 1, waiting()],
    ["still undoes an effect of an earlier epoch", 2, waiting({ compensation })],
    ["has started meanwhile", 2, waiting({ status: "running" })],
  ])("does not end if it %s", (_, epoch, run) => {
    expect(expire(epoch, over)(run)).toBe(run);
  });

  test("ends if nothing of an earlier epoch is open", () => {
    const run = waiting({ compensation: { ...compensation, open: false } });
    expect(expire(2, over)(run)).toMatchObject({ status: "terminated", failure: { error: LATE } });
  });

  const harness = async (run: RunItem, now: number) => {
    const state = memory(() => now);
    await state.runs.accept(run);
    const seen: unknown[] = [];
    const change: typeof state.runs.change = async (id, transition, more) => {
      seen.push(more?.seen);
      return await state.runs.change(id, transition, more);
    };
    return { state, seen, ports: { runs: { change }, now: () => now, ...memoryObservation() } };
  };

  test("is counted and reported when it ends, and read only once", async () => {
    const { ports, seen } = await harness(waiting(), over);
    expect(await endIfLate(waiting(), ports)).toMatchObject({ status: "terminated", epoch: 2 });
    expect(seen).toEqual([waiting()]);
    expect(ports.lines).toMatchObject([{ level: "warn" }]);
    expect(ports.measured).toEqual([
      { name: "RunsNotStartedInTime", value: 1, dimensions: { workflow: "w" } },
    ]);
  });

  test.each([
    ["was started meanwhile", waiting({ status: "running" }), "running"],
    ["failed meanwhile", waiting({ status: "failed", failure: { error: "x", cause: "" } }), "failed"],
  ])("is not counted if it %s", async (_, stored, status) => {
    const { ports } = await harness(stored, over);
    expect(await endIfLate(waiting(), ports)).toMatchObject({ status });
    expect(ports.lines).toEqual([]);
    expect(ports.counts.size).toBe(0);
  });

  test("that is deleted meanwhile is unknown", async () => {
    const { ports } = await harness(waiting({ ...runKey("w-2"), run: "w-2" }), over);
    expect(await endIfLate(waiting(), ports)).toBeUndefined();
  });

  test("and is in time is answered as it is", async () => {
    const { ports, seen } = await harness(waiting(), NOW);
    const run = waiting();
    expect(await endIfLate(run, ports)).toBe(run);
    expect(seen).toEqual([]);
  });
});
