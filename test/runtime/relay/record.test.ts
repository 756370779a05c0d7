import { afterEach, expect, test, vi } from "vitest";
import { observe, writeMetrics } from "../../../lambdas/runtime/aws/observe.ts";
import { measuresOf, record, spansOf } from "../../../lambdas/runtime/relay/record.ts";
import { segmentOf } from "../../../lambdas/runtime/relay/segments.ts";
import { recordedTrace } from "../../../lambdas/runtime/telemetry/recorded-trace.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { ClaimItem, RunItem } from "../../../lib/contract/table.ts";
import { spanOfRun, spanOfTry } from "../../../lib/contract/trace.ts";
import { memoryObservation } from "../memory/memory.ts";
import { RUN } from "./log-items.ts";

afterEach(() => vi.restoreAllMocks());

const EVENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const NOT_RECORDED = EVENT.replace(/01$/, "00");
const spanIn = (traceparent: string | undefined) => traceparent!.split("-")[2];

const segmentsOf = (...change: Parameters<typeof spansOf>) => spansOf(...change).map(segmentOf);

const run = (more: Partial<RunItem> = {}): RunItem =>
  ({
    ...runKey(RUN),
    kind: "run",
    run: RUN,
    workflow: "w",
    epoch: 1,
    status: "running",
    revision: 2,
    acceptedAt: "2026-11-21T10:00:00.000Z",
    changedAt: "2026-11-21T10:00:01.000Z",
    event: { traceparent: EVENT },
    ...more,
  }) as RunItem;

const claim = (more: Partial<ClaimItem> = {}): ClaimItem =>
  ({
    ...claimKey(RUN, 1, "draw[3]"),
    kind: "claim",
    run: RUN,
    workflow: "w",
    step: "draw",
    path: "draw[3]",
    epoch: 1,
    attempt: 2,
    direction: "do",
    state: "done",
    revision: 3,
    traceparent: spanOfTry(EVENT, "key", 7),
    startedAt: "2026-11-21T10:00:02.250Z",
    endedAt: "2026-11-21T10:00:04.000Z",
    ...more,
  }) as ClaimItem;

const begun = (more: Partial<ClaimItem> = {}) => {
  const { endedAt: _, ...item } = claim({ state: "running", revision: 2, ...more });
  return item as ClaimItem;
};

test("a run's segment is opened when it begins, and completed under the same id when it ends", () => {
  const [first] = segmentsOf(run({ status: "accepted", revision: 1 }), run());
  const failure = { error: "Millrace.Failed", cause: "no paper" };
  const ended = run({ status: "failed", revision: 3, endedAt: "2026-11-21T10:01:00.000Z", failure });
  const [last] = segmentsOf(run(), ended);
  expect(first).toEqual({
    name: "w",
    id: spanIn(spanOfRun(EVENT, RUN, 1)),
    trace_id: "1-0af76519-16cd43dd8448eb211c80319c",
    parent_id: "b7ad6b7169203331",
    start_time: Date.UTC(2026, 10, 21, 10) / 1000,
    in_progress: true,
    annotations: { run: RUN, workflow: "w", epoch: 1, status: "running" },
  });
  expect(last).toMatchObject({
    id: first!.id,
    start_time: first!.start_time,
    end_time: first!.start_time + 60,
    fault: true,
    cause: { exceptions: [{ type: "Millrace.Failed", message: "no paper" }] },
  });
  expect(last).not.toHaveProperty("in_progress");
});

test("an attempt is a child of its run with its annotations; another epoch's result, and an unrecorded trace, are not", () => {
  const [drawn, ...more] = segmentsOf(begun(), claim());
  expect(more).toEqual([]);
  expect(drawn).toMatchObject({
    name: "draw",
    id: spanIn(claim().traceparent),
    parent_id: spanIn(spanOfRun(EVENT, RUN, 1)),
    end_time: drawn!.start_time + 1.75,
    annotations: { run: RUN, workflow: "w", step: "draw", path: "draw[3]", epoch: 1, attempt: 2 },
  });
  expect(segmentsOf(begun(), claim({ reusedFrom: 1 }))).toEqual([]);
  expect(segmentsOf(begun(), claim({ traceparent: NOT_RECORDED }))).toEqual([]);
  expect(segmentsOf(begun(), claim({ traceparent: undefined }))).toEqual([]);
  expect(segmentsOf(claim(), claim({ revision: 4 }))).toEqual([]);
});

test("a reaction's attempt is a child of its event, an undo has a name of its own, a late effect ends late", () => {
  const handled = { id: "e1", name: "n", source: "s", payload: "p", traceparent: EVENT };
  expect(segmentsOf(begun({ handled }), claim({ handled }))).toMatchObject([
    { parent_id: spanIn(EVENT), annotations: { reaction: "draw", handling: RUN, event: "e1" } },
  ]);
  expect(segmentsOf(begun({ direction: "undo" }), claim({ direction: "undo" }))).toMatchObject([
    { name: "undo of draw" },
  ]);
  const sealed = begun({ state: "sealed" });
  expect(
    segmentsOf(sealed, { ...sealed, revision: 4, late: 1, changedAt: "2026-11-21T10:00:09.000Z" }),
  ).toMatchObject([{ end_time: Date.UTC(2026, 10, 21, 10, 0, 9) / 1000 }]);
});

test("runs and steps are counted once, by workflow; a change that is published late is not counted", () => {
  const ended = run({ status: "succeeded", revision: 3 });
  expect(measuresOf(run({ status: "accepted", revision: 1 }), run())).toEqual([
    { name: "RunsStarted", unit: "count", value: 1, dimensions: { workflow: "w" } },
  ]);
  expect(measuresOf(run(), ended)).toEqual([
    { name: "RunsEnded", unit: "count", value: 1, dimensions: { workflow: "w", status: "succeeded" } },
    { name: "RunsFailed", unit: "count", value: 0, dimensions: { workflow: "w" } },
  ]);
  expect(measuresOf(run(), { ...ended, status: "timed-out" })).toMatchObject([
    { name: "RunsEnded", dimensions: { status: "timed-out" } },
    { name: "RunsFailed", value: 1 },
  ]);
  expect(measuresOf(run(), { ...ended, status: "terminated" })).toMatchObject([{ name: "RunsEnded" }]);
  expect(measuresOf(begun(), claim())).toEqual([
    { name: "StepDuration", unit: "milliseconds", value: 1750, dimensions: { workflow: "w", step: "draw" } },
  ]);
  expect(measuresOf(undefined, ended)).toEqual([]);
  expect(measuresOf(ended, { ...ended, revision: 4 })).toEqual([]);
  expect(measuresOf(begun(), claim({ reusedFrom: 1 }))).toEqual([]);
});

test("a call that the budget does not allow is counted by workflow", () => {
  const failure = { policy: "ask", name: "BudgetExceeded", message: "" } as const;
  expect(measuresOf(begun(), claim({ state: "failed", failure }))).toMatchObject([
    { name: "BudgetExceeded", dimensions: { workflow: "w" } },
  ]);
  expect(measuresOf(begun(), claim({ state: "failed", failure: { ...failure, name: "Other" } }))).toEqual([]);
});

test("traces that cannot be recorded delay nothing, and are counted as lost", async () => {
  const { lines, counts, ...ports } = memoryObservation();
  const traces = { record: () => Promise.reject(new Error("no daemon")) };
  await record([{ before: begun(), after: claim() }], [], { ...ports, traces });
  expect(counts.get("SpansLost")).toBe(1);
  expect(lines).toMatchObject([{ level: "warn" }]);
});

test("changes are counted if tracing is off", async () => {
  const { counts, ...ports } = memoryObservation();
  await record([{ before: run({ status: "accepted", revision: 1 }), after: run() }], [], {
    ...ports,
    traces: undefined,
  });
  expect(counts.get("RunsStarted")).toBe(1);
});

test("an invocation's metrics are one record for each exact set of dimensions, since an alarm names all of them", () => {
  vi.stubEnv("POWERTOOLS_METRICS_NAMESPACE", "Millrace/Films");
  const written = vi.spyOn(process.stdout, "write").mockImplementation(() => true);
  const { counters, metrics } = observe("relay");
  const { after } = writeMetrics(metrics);
  for (const value of [5, 7]) counters.milliseconds("StepDuration", value, { workflow: "w", step: "s" });
  counters.count("BreakersOpened", 1, { breaker: "model" });
  counters.count("ChangesMissed", 3);
  expect(written).not.toHaveBeenCalled();
  after();
  const records = written.mock.calls.map(([line]) => JSON.parse(String(line)));
  expect(records).toMatchObject([
    { workflow: "w", step: "s", StepDuration: [5, 7] },
    { breaker: "model", BreakersOpened: 1 },
    { service: "relay", ChangesMissed: 3 },
  ]);
  expect(records.map(({ _aws }) => _aws.CloudWatchMetrics[0])).toMatchObject([
    {
      Namespace: "Millrace/Films",
      Dimensions: [["workflow", "step"]],
      Metrics: [{ Name: "StepDuration", Unit: "Milliseconds" }],
    },
    { Dimensions: [["breaker"]], Metrics: [{ Name: "BreakersOpened", Unit: "Count" }] },
    { Dimensions: [["service"]] },
  ]);
  written.mockClear();
  after();
  expect(written).not.toHaveBeenCalled();
});

test("only a recorded trace is continued", () => {
  const header = "Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1";
  expect(recordedTrace(header)).toBe(EVENT);
  expect(recordedTrace(header.replace("Sampled=1", "Sampled=0"))).toBeUndefined();
  expect(recordedTrace("")).toBeUndefined();
});
