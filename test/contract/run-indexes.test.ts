import { expect, test } from "vitest";
import { foundPartitions, keyedPartition } from "../../lib/contract/keys/index-partitions.ts";
import { runId, workflowOfRun } from "../../lib/contract/runs/run-id.ts";
import { indexesOf } from "../../lib/contract/runs/run-indexes.ts";
import type { RunItem } from "../../lib/contract/table.ts";

const run = runId("make-film", "film.wanted", "1");
const indexes = (status: RunItem["status"], failure?: RunItem["failure"]) =>
  indexesOf({ run, workflow: "make-film", status, failure });

test("the index position of a run changes only when it ends", () => {
  const open = indexes("accepted");
  for (const status of ["running", "closing", "compensating"] as const) expect(indexes(status)).toEqual(open);
  expect(foundPartitions("make-film", "open")).toContain(open.found);
  expect(foundPartitions("make-film", "timed-out")).toContain(indexes("timed-out").found);
  expect(open.found).not.toBe(indexes("succeeded").found);
});

test.each<[string, NonNullable<RunItem["failure"]>, object]>([
  [
    "a worker's failure by the error's own name, and the step",
    { error: "Millrace.GiveUp", cause: JSON.stringify({ step: "draw", name: "TypeError", message: "no" }) },
    { error: "TypeError", failedStep: "draw" },
  ],
  ["another failure by its error", { error: "States.Timeout", cause: "late" }, { error: "States.Timeout" }],
  ["a failure with a strange cause too", { error: "Own", cause: '{"name":7,"step":""}' }, { error: "Own" }],
  ["a failure without a name by nothing", { error: "", cause: "null" }, {}],
  ["a long name by its beginning", { error: "x".repeat(9_000), cause: "" }, { error: "x".repeat(200) }],
])("a run is found by %s", (_, failure, found) => {
  const { found: _partition, ...rest } = indexes("failed", failure);
  expect(rest).toEqual({ error: undefined, failedStep: undefined, ...found });
});

test("a running run is not found by the failure of an earlier epoch", () => {
  expect(indexes("accepted", { error: "Own", cause: "" })).toMatchObject({ error: undefined });
});

test("ids can be parsed; a key of any length has a partition", () => {
  expect(workflowOfRun(run)).toBe("make-film");
  expect(keyedPartition("make-film", "a#b")).toBe("make-film#a#b");
  expect(Buffer.byteLength(keyedPartition("make-film", "☃".repeat(3_000)))).toBeLessThan(2_048);
});
