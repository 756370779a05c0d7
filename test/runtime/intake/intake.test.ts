import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { admit } from "../../../lambdas/runtime/intake/admit.ts";
import type { IntakeSpec } from "../../../lambdas/runtime/intake/intake-spec.ts";
import { offload } from "../../../lambdas/runtime/payload/offload.ts";
import { restore } from "../../../lambdas/runtime/payload/restore.ts";
import type { Executions } from "../../../lambdas/runtime/ports/executions.ts";
import { defineEvent } from "../../../lib/contract/event.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import { executionInput, inputOf } from "../../../lib/contract/runs/run-input.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { spanOfRun, traceparentOfEvent } from "../../../lib/contract/trace.ts";
import { memory, memoryExecutions, memoryObservation } from "../memory/memory.ts";
import { memoryKeyQueues } from "../memory/memory-key-queues.ts";
import { memoryArtifacts } from "../memory/memory-work.ts";

const CommandBase = defineEvent("order.placed", {
  version: 1,
  schema: z.object({ order: z.string(), amount: z.number().default(1) }),
  identity: (order) => order.order,
});
const spec: IntakeSpec = {
  workflow: "ship",
  on: [CommandBase],
  version: "v",
  retentionDays: 90,
  mostHops: 32,
  reads: ["order"],
};

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
let harness: ReturnType<typeof setUp>;
beforeEach(() => {
  harness = setUp();
});

function setUp() {
  const state = memory(() => NOW);
  const machines = memoryExecutions();
  const observed = memoryObservation();
  const files = new Map<string, Uint8Array>();
  const ports = {
    ...state,
    executions: machines.executions,
    ...observed,
    ...memoryKeyQueues(),
    admissions: { open: async () => true, settings: async () => undefined },
    artifacts: (workflow: string, run: string) => memoryArtifacts(`${workflow}/${run}/`, files).artifacts,
    now: () => NOW,
  };
  return { state, machines, observed, ports };
}

function delivered(detail: unknown, event: Partial<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    version: "0",
    id: "e1",
    "detail-type": "order.placed",
    source: "shop",
    time: "2026-11-21T09:59:59Z",
    detail,
    ...event,
  });
}

test("an event becomes a run, whose execution's input is the stored claim's, with defaults filled in", async () => {
  const outcome = await admit(delivered({ order: "o1" }), spec, harness.ports);
  const { run } = outcome as { run: string };
  expect(outcome).toEqual({ kind: "started", run: expect.stringMatching(/^ship-[a-z2-7]{26}$/) });
  const item = harness.state.get(runKey(run)) as RunItem;
  expect(harness.machines.started).toEqual([{ name: run, input: executionInput(item) }]);
  expect(inputOf(item)).toEqual({
    run: {
      id: run,
      workflow: "ship",
      epoch: 1,
      version: "v",
      event: "e1",
      correlation: "e1",
      hops: 0,
      traceparent: spanOfRun(traceparentOfEvent("e1"), run, 1),
    },
    event: { order: "o1", amount: 1 },
  });
  expect(item.status).toBe("running");
});

test("the same event a hundred times at once gives one run and one execution", async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, () => admit(delivered({ order: "o1" }), spec, harness.ports)),
  );
  expect(new Set(outcomes.map((outcome) => (outcome as { run: string }).run)).size).toBe(1);
  expect(harness.machines.started).toHaveLength(1);
});

test("a crash between claim and start is repaired by the redelivery, with the same input", async () => {
  let crashes = 1;
  const executions: Executions = {
    ...harness.machines.executions,
    async start(name, input) {
      if (crashes-- > 0) throw new Error("killed");
      return await harness.machines.executions.start(name, input);
    },
  };
  await expect(admit(delivered({ order: "o1" }), spec, { ...harness.ports, executions })).rejects.toThrow(
    "killed",
  );
  const redelivery = await admit(
    delivered({ order: "o1" }),
    { ...spec, version: "edited" },
    { ...harness.ports, executions },
  );
  expect(redelivery.kind).toBe("started");
  expect(JSON.parse(harness.machines.started[0]!.input).run.version).toBe("v");
});

test("after the run is started, a duplicate starts nothing", async () => {
  await admit(delivered({ order: "o1" }), spec, harness.ports);
  const executions = { ...harness.machines.executions, start: () => Promise.reject(new Error("not again")) };
  expect(
    (await admit(delivered({ order: "o1" }, { id: "e2" }), spec, { ...harness.ports, executions })).kind,
  ).toBe("duplicate");
});

test("another identity is another run", async () => {
  await admit(delivered({ order: "o1" }), spec, harness.ports);
  await admit(delivered({ order: "o2" }), spec, harness.ports);
  expect(harness.machines.started).toHaveLength(2);
});

test("without a declared identity each envelope id is an event of its own; with content, equal payloads are one", async () => {
  for (const [identity, runs] of [
    [undefined, 2],
    ["content", 1],
  ] as const) {
    const { ports, machines } = setUp();
    const on = [{ ...CommandBase, identity }];
    await admit(delivered({ order: "o1", amount: 1 }, { id: "a" }), { ...spec, on }, ports);
    await admit(delivered({ amount: 1, order: "o1" }, { id: "b" }), { ...spec, on }, ports);
    expect(machines.started).toHaveLength(runs);
  }
});

test("a run that is terminated while it is being started leaves no execution behind", async () => {
  const start: Executions["start"] = async (name, input) => {
    await harness.ports.runs.change(name, (run) => ({ ...run, status: "terminated" }));
    return await harness.machines.executions.start(name, input);
  };
  const executions = { ...harness.machines.executions, start };
  await admit(delivered({ order: "o1" }), spec, { ...harness.ports, executions });
  expect(harness.machines.stopped).toEqual(harness.machines.started.map(({ name }) => name));
  expect(harness.machines.stopped).toHaveLength(1);
});

test("throttled: nothing is started, nothing is lost, and the next delivery starts it", async () => {
  const executions: Executions = {
    ...harness.machines.executions,
    start: async () => ({ kind: "throttled" }),
  };
  expect((await admit(delivered({ order: "o1" }), spec, { ...harness.ports, executions })).kind).toBe(
    "throttled",
  );
  expect((await admit(delivered({ order: "o1" }), spec, harness.ports)).kind).toBe("started");
});

describe("an invalid event is quarantined, once, with its reason", () => {
  const cases: [string, string, string, string][] = [
    ["a broken contract", delivered({ order: 7 }), "contract", "order"],
    ["a missing field", delivered({}), "contract", "order"],
    ["a detail that is no object", delivered("text"), "contract", ""],
    [
      "an unknown version",
      delivered({ order: "o1", millrace: { version: 3 } }),
      "unknown-version",
      "millrace.version",
    ],
    ["text that is no JSON", "{", "not-an-event", ""],
    ["JSON that is no event", "[1]", "not-an-event", ""],
    ["null", "null", "not-an-event", ""],
    ["a field too large that the machine reads", delivered({ order: "x".repeat(300_000) }), "contract", ""],
  ];
  test.each(cases)("%s", async (_, body, reason, path) => {
    expect(await admit(body, spec, harness.ports)).toEqual({ kind: "quarantined", reason });
    await admit(body, spec, harness.ports);
    expect(harness.state.kept()).toMatchObject([{ reason, body, subscriber: "ship", findings: [{ path }] }]);
    expect(harness.machines.started).toEqual([]);
  });

  test("an event of a loop, which is named", async () => {
    const looping = { order: "o1", millrace: { hops: 33, correlation: "e0", causation: "e32" } };
    const body = delivered(looping, { source: "billing" });
    expect(await admit(body, spec, harness.ports)).toEqual({ kind: "quarantined", reason: "loop" });
    expect(harness.state.kept()[0]!.findings[0]!.message).toContain("from billing by order.placed to ship");
    expect(harness.machines.started).toEqual([]);
  });

  test("a contradiction: the same identity with another payload is quarantined, and the run is not changed", async () => {
    await admit(delivered({ order: "o1", amount: 1 }), spec, harness.ports);
    expect(await admit(delivered({ order: "o1", amount: 2 }, { id: "e2" }), spec, harness.ports)).toEqual({
      kind: "quarantined",
      reason: "contradiction",
    });
    expect(harness.machines.started).toHaveLength(1);
    expect(JSON.parse(harness.machines.started[0]!.input).event.amount).toBe(1);
  });
});

test("values that the machine does not read travel by reference, up to the size of an event", async () => {
  const on = [{ ...CommandBase, schema: z.object({ order: z.string(), manual: z.string() }) }];
  const { run } = (await admit(
    delivered({ order: "o1", manual: "x".repeat(900_000) }),
    { ...spec, on },
    harness.ports,
  )) as { run: string };
  const { event } = inputOf(harness.state.get(runKey(run)) as RunItem);
  expect(event).toMatchObject({ order: "o1", manual: { "millrace:ref": { bytes: 900_002 } } });
});

test("a field that looks like a reference is payload: a step receives it as it was sent", async () => {
  const on = [{ ...CommandBase, schema: z.looseObject({ order: z.string() }) }];
  const payload = { order: "o1", manual: { "millrace:ref": { uri: "s3://elsewhere/secret", sha256: "x" } } };
  const { run } = (await admit(delivered(payload), { ...spec, on }, harness.ports)) as { run: string };
  const { event } = inputOf(harness.state.get(runKey(run)) as RunItem);
  expect((event.manual as any)["millrace:ref"].uri).not.toContain("elsewhere");
  expect(await restore(event, harness.ports.artifacts("ship", run))).toMatchObject(payload);
});

describe("a paused workflow", () => {
  test("accepts events and starts nothing until a held run is released", async () => {
    let open = false;
    const ports = {
      ...harness.ports,
      admissions: { open: async () => open, settings: async () => undefined },
    };
    const { run } = (await admit(delivered({ order: "o1" }), spec, ports)) as { run: string };
    expect(harness.state.get(runKey(run))).toMatchObject({
      status: "accepted",
      held: "paused",
      due: shardOf("held#ship", run),
    });
    expect(harness.machines.started).toEqual([]);

    open = true;
    const release = delivered(
      { workflow: "ship", held: run },
      { source: "millrace", "detail-type": "run.requested" },
    );
    expect(await admit(release, spec, ports)).toEqual({ kind: "started", run });
    expect(harness.state.get(runKey(run))).not.toHaveProperty("held");
    expect(await admit(release, spec, ports)).toEqual({ kind: "duplicate", run });
    expect(harness.machines.started).toHaveLength(1);
  });

  test("that is resumed between the read and the write starts the run after all", async () => {
    const answers = [false, true];
    const ports = {
      ...harness.ports,
      admissions: { open: async () => answers.shift()!, settings: async () => undefined },
    };
    expect((await admit(delivered({ order: "o1" }), spec, ports)).kind).toBe("started");
  });
});

describe("a requested run", () => {
  const request = (payload: object, more: object = {}) =>
    delivered(
      { workflow: "ship", run: "ship-called", event: "order.placed", version: 1, payload, ...more },
      { source: "millrace", "detail-type": "run.requested" },
    );

  test("gets the id that its caller chose, and stores the caller", async () => {
    const parent = { run: "parent", epoch: 1, path: "call" };
    await admit(request({ order: "o1" }, { parent }), spec, harness.ports);
    await admit(request({ order: "o1" }, { parent }), spec, harness.ports);
    expect(harness.machines.started.map(({ name }) => name)).toEqual(["ship-called"]);
    expect(harness.state.get(runKey("ship-called"))).toMatchObject({ parent, status: "running" });
  });

  test("gets the large values of its payload that its caller stored under its prefix, and no others", async () => {
    const options = { what: "it", reads: [], above: 100, most: 1_000 };
    const note = "x".repeat(1_000);
    const own = await offload({ order: note }, options, harness.ports.artifacts("ship", "ship-called"));
    await admit(request(own as object), spec, harness.ports);
    expect(JSON.parse(harness.machines.started[0]!.input).event).toMatchObject({ order: note });
    const foreign = await offload({ order: note }, options, harness.ports.artifacts("ship", "another"));
    expect(await admit(request(foreign as object, { run: "ship-2" }), spec, harness.ports)).toEqual({
      kind: "quarantined",
      reason: "contract",
    });
  });

  test("must be valid by the contract like any other", async () => {
    expect(await admit(request({ order: 7 }), spec, harness.ports)).toEqual({
      kind: "quarantined",
      reason: "contract",
    });
  });

  test("is not accepted from any other sender than Millrace", async () => {
    const forged = request({ order: "o1" }).replace('"source":"millrace"', '"source":"shop"');
    expect(await admit(forged, spec, harness.ports)).toEqual({
      kind: "quarantined",
      reason: "unknown-version",
    });
  });
});
