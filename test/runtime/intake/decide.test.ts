import { describe, expect, test } from "vitest";
import { decideCollected, decideRun } from "../../../lambdas/runtime/intake/decide.ts";
import type { CollectedEventItem, RunItem } from "../../../lib/contract/table.ts";

const run = (more: object = {}) =>
  ({ run: "r", payload: "p", status: "accepted", event: { id: "e1" }, epoch: 1, ...more }) as RunItem;
const express = { express: { until: "", check: "" }, status: "running" };

describe("the decision about a run", () => {
  test.each<[string, RunItem, string]>([
    ["is new, or waits to be started", run(), "begin"],
    ["has another payload", run({ payload: "q" }), "refuse"],
    ["has another payload, and has ended", run({ payload: "q", status: "succeeded" }), "refuse"],
    ["is running", run({ status: "running" }), "leave"],
    ["has ended", run({ status: "failed" }), "leave"],
    ["runs without an execution, of the same event", run(express), "send"],
    ["runs without an execution, of another event", run({ ...express, event: { id: "e2" } }), "leave"],
    ["continues in an execution", run({ ...express, execution: "arn" }), "leave"],
  ])("that %s", (_, claimed, decision) => {
    expect(decideRun(run(), claimed)).toBe(decision);
  });
});

describe("the decision about an event that is collected", () => {
  const event = (more: object = {}) => ({ collected: "c", payload: "p", ...more }) as CollectedEventItem;
  test.each<[string, CollectedEventItem, string]>([
    ["is new, or waits for others", event(), "join"],
    ["has another payload", event({ payload: "q", run: "r" }), "refuse"],
    ["is part of a run", event({ run: "r" }), "leave"],
  ])("that %s", (_, claimed, decision) => {
    expect(decideCollected(event(), claimed)).toBe(decision);
  });
});
