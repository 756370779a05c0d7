import { describe, expect, test } from "vitest";
import {
  afterHandOver,
  beginRound,
  close,
  endRound,
  handOver,
  release,
  succeed,
} from "../../../lambdas/runtime/runs/transitions.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { RunItem } from "../../../lib/contract/table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const counts = { undone: 3, failed: 1 };
const ending = { status: "failed" } as const;
const compensation = { round: 1, open: true, undone: 0, failed: 0 };
const seen = { run: "w-r", workflow: "w", epoch: 1, status: "failed", compensation } as RunItem;

describe("a change that was decided for an earlier state is not made to a newer one", () => {
  const others: [string, Partial<RunItem>][] = [
    ["another epoch", { epoch: 2 }],
    ["another status", { status: "accepted" }],
    ["another round of its compensation", { compensation: { ...compensation, round: 2 } }],
    ["a compensation that is over", { compensation: { ...compensation, open: false } }],
  ];

  test.each(others)("%s", (_, more) => {
    const run = { ...seen, ...more };
    expect(endRound(seen, ending, counts, NOW)(run)).toBe(run);
    expect(beginRound(seen, ending, NOW)(run)).toBe(run);
  });

  test("and is made if nothing has changed", () => {
    expect(endRound(seen, ending, counts, NOW)(seen).compensation).toEqual({
      ...compensation,
      ...counts,
      open: false,
    });
    expect(beginRound(seen, ending, NOW)(seen).compensation).toMatchObject({ round: 2, open: true });
  });

  test("a success of an earlier epoch does not end the next", () => {
    const running: RunItem = { ...seen, status: "running", compensation: undefined };
    const next: RunItem = { ...running, epoch: 2 };
    expect(succeed(running, 1, NOW)(next)).toBe(next);
    expect(succeed(running, 1, NOW)(running)).toMatchObject({ status: "succeeded", output: 1 });
  });

  test("a run that has ended is not closed", () => {
    expect(close(NOW)(seen)).toBe(seen);
  });
});

describe("a run without an execution", () => {
  const until = "2026-11-21T10:05:00.000Z";
  const express = { until, check: "2026-11-21T10:01:00.000Z" };
  const without: RunItem = { ...seen, status: "running", express };

  test.each(["running", "accepted"] as const)("is handed over while it is %s", (status) => {
    const run: RunItem = { ...without, status };
    expect(handOver(NOW)(run)).toEqual({
      ...run,
      due: shardOf("due", run.run),
      // Checked again at its deadline, which is sooner than the regular check.
      dueAt: until,
      released: "2026-11-21T10:00:00.000Z",
    });
  });

  test.each<[string, Partial<RunItem>]>([
    ["has an execution", { execution: "arn" }],
    ["was to have an execution from the beginning", { express: undefined }],
    ["is closing", { status: "closing" }],
    ["has ended", { status: "succeeded" }],
  ])("is not handed over if it %s", (_, more) => {
    const run = { ...without, ...more };
    expect(handOver(NOW)(run)).toBe(run);
  });

  test("keeps its deadline and says why an execution took over, and is checked no longer for its outcome", () => {
    expect(afterHandOver(without, "a wait").express).toEqual({ until, handedOver: "a wait" });
    const { express: _, ...with_ } = without;
    expect(afterHandOver(without, "a wait")).toMatchObject(with_);
    expect(afterHandOver(with_ as RunItem, "a wait")).toEqual(with_);
  });
});

describe("a success", () => {
  const running: RunItem = { ...seen, status: "running", compensation: undefined };

  test.each(["accepted", "running"] as const)("ends a run that is %s", (status) => {
    const run: RunItem = { ...running, status };
    expect(succeed(run, 1, NOW)(run).status).toBe("succeeded");
  });

  test.each<[string, Partial<RunItem>]>([
    ["is closing", { status: "closing" }],
    ["is being compensated", { status: "compensating" }],
    ["undoes something", { compensation }],
  ])("does not end a run that %s", (_, more) => {
    const run = { ...running, ...more };
    expect(succeed(running, 1, NOW)(run)).toBe(run);
  });
});

test.each(["running", "closing", "failed"] as const)("a run that is %s is not released", (status) => {
  const run: RunItem = { ...seen, status };
  expect(release(NOW)(run)).toBe(run);
});

describe("when nothing is left to undo", () => {
  const settled = (more: Partial<RunItem>, end: typeof ending | null = ending) => {
    const run = { ...seen, due: "due#1", dueAt: "2026-11-21T11:00:00.000Z", ...more };
    return endRound(run, end ?? undefined, counts, NOW)(run);
  };

  test("a run that is closing ends as its execution did, without a check", () => {
    const ended = settled({ status: "closing", ending, compensation: undefined });
    expect(ended).toMatchObject({ status: "failed", endedAt: "2026-11-21T10:00:00.000Z" });
    expect(ended).not.toHaveProperty("ending");
    expect(ended.compensation).toBeUndefined();
    expect(ended.dueAt).not.toBe("2026-11-21T11:00:00.000Z");
  });

  test("a run that has ended stays as it ended, and leaves the index of open runs", () => {
    const before = "2026-11-20T10:00:00.000Z";
    const after = settled({ status: "succeeded", endedAt: before });
    expect(after).toMatchObject({ status: "succeeded", endedAt: before });
    expect(after.due).toMatch(/^ended#/);
  });

  test("a run that continues does not end, whatever the end that was found, and keeps its check", () => {
    const kept = { status: "running", due: "due#1", dueAt: "2026-11-21T11:00:00.000Z" };
    expect(settled({ status: "running" })).toMatchObject(kept);
    expect(settled({ status: "closing" }, null)).toMatchObject({ ...kept, status: "closing" });
  });

  test("a run that was not started is sent to intake if something was undone, and only then", () => {
    const released = "2026-11-21T10:00:00.000Z";
    expect(settled({ status: "accepted" })).toMatchObject({ status: "accepted", released });
    for (const none of [undefined, { ...compensation, open: false }])
      expect(settled({ status: "accepted", compensation: none })).not.toHaveProperty("released");
  });
});
