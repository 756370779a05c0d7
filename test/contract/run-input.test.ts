import { expect, test } from "vitest";
import { executionInput, inputOf, payloadOf } from "../../lib/contract/runs/run-input.ts";
import type { RunItem } from "../../lib/contract/table.ts";
import { spanOfRun } from "../../lib/contract/trace.ts";

const PARENT = "00-88924ef72a11be2d6a06f3bfb4b831b7-1b86d74bc9f4c9b7-01";
const item = (more: Partial<RunItem> = {}) =>
  ({
    run: "w-r",
    workflow: "w",
    epoch: 1,
    version: "v1",
    status: "accepted",
    event: { id: "e", name: "n", version: 1, source: "s", correlation: "c", hops: 2, traceparent: PARENT },
    data: '{"b":1,"a":0.10,"run":{"id":"not this"}}',
    ...more,
  }) as RunItem;

test("the input of an execution is what the item says of the run, and the payload byte for byte", () => {
  const run = `{"id":"w-r","workflow":"w","epoch":1,"version":"v1","event":"e","correlation":"c","hops":2,"traceparent":"${spanOfRun(PARENT, "w-r", 1)}"}`;
  expect(executionInput(item())).toBe(`{"run":${run},"event":{"b":1,"a":0.10,"run":{"id":"not this"}}}`);
});

test("nothing that changes while a run goes its way changes its input", () => {
  const express = { until: "2026-11-21T10:00:00.000Z" };
  const later = {
    status: "running",
    execution: "arn",
    revision: 7,
    due: "due#1",
    output: 1,
    paused: { by: "ada", why: "", key: "k", at: "" },
  } as Partial<RunItem>;
  expect(executionInput(item(later))).toBe(executionInput(item()));
  const handedOver = { ...later, express: { ...express, handedOver: "why" } };
  expect(executionInput(item(handedOver))).toBe(executionInput(item({ express })));
});

test("an execution after a start without one knows that its claims may be older; a later epoch begins with its own", () => {
  const express = { until: "2026-11-21T10:00:00.000Z" };
  expect(inputOf(item({ express })).run.express).toBe(true);
  expect(inputOf(item({ express, epoch: 2 })).run).not.toHaveProperty("express");
  expect(inputOf(item({ epoch: 3, restarted: 3 })).run).toMatchObject({
    epoch: 3,
    restarted: 3,
    traceparent: spanOfRun(PARENT, "w-r", 3),
  });
});

test("a run that an earlier version accepted keeps its input", () => {
  const input = '{"run":{"id":"w-r"},"event":{"a":1}}';
  const old = item({ data: undefined, input });
  expect(executionInput(old)).toBe(input);
  expect(payloadOf(old)).toBe('{"a":1}');
});
