import { afterEach, expect, test } from "vitest";
import { spansOf } from "../../../lambdas/runtime/relay/record.ts";
import { segmentOf } from "../../../lambdas/runtime/relay/segments.ts";
import { inputOf } from "../../../lib/contract/runs/run-input.ts";
import { readTraceparent, traceHeaderOf, traceparentOfEvent } from "../../../lib/contract/trace.ts";
import { type Agency, openAgency, tripsAssembly } from "./agency.ts";

tripsAssembly();
let agency: Agency;
afterEach(async () => {
  await agency.cloud.close();
});

const PRODUCER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const spanIn = (traceparent: string | undefined) => readTraceparent(traceparent)!.span;

/** The recorded segments: of each run, and of the last attempt of each effect. */
async function drawn() {
  const all = [...(await agency.items("run")), ...(await agency.items("claim"))];
  return all.flatMap((item) => spansOf(undefined, item).map(segmentOf));
}

test("one trace from the producer's event to the last step: intake, steps, what they emit, reactions, children", async () => {
  agency = await openAgency();
  await agency.want("t1", {}, { id: "e1", traceparent: PRODUCER });
  await agency.cloud.advance("1 minute");
  expect(agency.reports).toEqual([]);

  const events = agency.events();
  const names = new Set(events.map((event) => event["detail-type"]));
  for (const name of [
    "trip.wanted",
    "run.started",
    "step.failed",
    "step.completed",
    "seat.reserved",
    "crew.notified",
  ])
    expect(names).toContain(name);
  for (const name of ["reaction.completed", "run.requested", "run.succeeded"]) expect(names).toContain(name);
  const { trace } = readTraceparent(PRODUCER)!;
  for (const { "detail-type": name, detail } of events)
    expect([name, readTraceparent(detail.millrace.traceparent)?.trace]).toEqual([name, trace]);

  const segments = await drawn();
  expect(segments.map(({ name }) => name).sort()).toEqual([
    "book-trip",
    "issue-ticket",
    "print-ticket",
    "reserve-seat",
    "tell-crew",
  ]);
  const byId = new Map(segments.map((segment) => [segment.id, segment]));
  expect(byId.size).toBe(segments.length);
  const pathOf = (id: string): string => {
    const segment = byId.get(id);
    return segment ? `${pathOf(segment.parent_id!)} → ${segment.name}` : id;
  };
  const producer = spanIn(PRODUCER);
  expect(segments.map(({ id }) => pathOf(id)).sort()).toEqual([
    `${producer} → book-trip`,
    `${producer} → book-trip → issue-ticket`,
    `${producer} → book-trip → issue-ticket → print-ticket`,
    `${producer} → book-trip → reserve-seat`,
    `${producer} → book-trip → reserve-seat → tell-crew`,
  ]);
});

test("each attempt has a span of its own, which the handler receives and its events carry", async () => {
  agency = await openAgency();
  await agency.want("t1", {}, { id: "e1", traceparent: PRODUCER });
  await agency.cloud.advance("1 minute");
  const published = (name: string) =>
    agency.events().flatMap((event) => (event["detail-type"] === name ? [event.detail] : []));
  const [failed] = published("step.failed");
  const completed = published("step.completed").find(({ step }) => step === "reserve-seat");
  const [emitted] = published("seat.reserved");
  expect(spanIn(failed.millrace.traceparent)).not.toBe(spanIn(completed.millrace.traceparent));
  expect(emitted.millrace.traceparent).toBe(completed.millrace.traceparent);
  const claim = (await agency.items("claim")).find(({ step }) => step === "reserve-seat");
  expect(claim).toMatchObject({ attempt: 2, traceparent: emitted.millrace.traceparent });
  expect(claim!.result).toEqual({ traceparent: claim!.traceparent });
});

test("executions are started in the trace of their run, whatever else the invocation that starts them belongs to", async () => {
  agency = await openAgency();
  await agency.want("t1", {}, { id: "e1", traceparent: PRODUCER });
  await agency.want("t2", {}, { id: "e2" });
  await agency.cloud.advance("1 minute");
  const runs = await agency.items("run");
  expect(runs).toHaveLength(4);
  for (const run of runs) {
    const { traceHeader } = await agency.cloud.call("states", "DescribeExecution", {
      executionArn: run.execution,
    });
    expect(traceHeader).toBe(traceHeaderOf(inputOf(run).run.traceparent));
  }
});

test("an event without a trace begins one that its duplicates share", async () => {
  agency = await openAgency();
  await agency.want("t1", {}, { id: "e1" });
  await agency.want("t1", {}, { id: "e1" });
  await agency.cloud.advance("1 minute");
  const segments = await drawn();
  expect(segments).toHaveLength(5);
  const { trace } = readTraceparent(traceparentOfEvent("e1"))!;
  expect(new Set(segments.map(({ trace_id: id }) => id.replaceAll("-", "").slice(1)))).toEqual(
    new Set([trace]),
  );
});

test("every line that is written for a run says which run, step, try and trace, those of failures too", async () => {
  agency = await openAgency();
  await agency.want("t1", {}, { id: "e1", traceparent: PRODUCER });
  await agency.cloud.advance("1 minute");
  const runs = await agency.items("run");
  const { run } = runs.find(({ workflow }) => workflow === "book-trip")!;
  const lines = await agency.lines();
  const trace = "1-0af76519-16cd43dd8448eb211c80319c";
  const about = { run, workflow: "book-trip", epoch: 1, event: "e1", trace };
  const step = { ...about, step: "reserve-seat", path: "reserve-seat", direction: "do" };
  const saying = (message: string | RegExp) =>
    lines.filter((line) =>
      message instanceof RegExp ? message.test(line.message) : line.message === message,
    );
  expect(saying("The run is started.")).toContainEqual(expect.objectContaining(about));
  expect(saying("Asking for a seat.")).toMatchObject([
    { ...step, attempt: 1, trip: "t1" },
    { ...step, attempt: 2, trip: "t1" },
  ]);
  expect(saying(/the line is busy/)).toMatchObject([{ ...step, attempt: 1, level: "WARN" }]);
  expect(saying("Telling the crew.")).toMatchObject([
    {
      reaction: "tell-crew",
      epoch: 1,
      attempt: 1,
      trace,
      run: expect.stringMatching(/^tell-crew-/),
      messageId: expect.any(String),
    },
  ]);
  expect(saying(/is a reserved key/)).toEqual([]);
  const without = lines.filter(
    ({ run, message }) => run === undefined && /reserve-seat|Asking|started/.test(message),
  );
  expect(without).toEqual([]);
});
