import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { admit, type IntakeSpec } from "../../lambdas/runtime/intake/admit.ts";
import type { Executions } from "../../lambdas/runtime/ports.ts";
import { defineEvent } from "../../lib/contract/event.ts";
import { runKey } from "../../lib/contract/keys.ts";
import type { RunItem } from "../../lib/contract/table.ts";
import { memory, memoryExecutions, memoryObservation } from "./memory.ts";

const Ordered = defineEvent("order.placed", {
  version: 1,
  schema: z.object({ order: z.string(), amount: z.number().default(1) }),
  identity: (order) => order.order,
});
const spec: IntakeSpec = { workflow: "ship", on: [Ordered], version: "v", retentionDays: 90 };

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
let world: ReturnType<typeof setUp>;
beforeEach(() => {
  world = setUp();
});

function setUp() {
  const state = memory(() => NOW);
  const machines = memoryExecutions();
  const observed = memoryObservation();
  const ports = { ...state, executions: machines.executions, ...observed, now: () => NOW };
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

test("an event becomes a run, and its execution's input is the stored claim's, with defaults filled in", async () => {
  const outcome = await admit(delivered({ order: "o1" }), spec, world.ports);
  const { run } = outcome as { run: string };
  expect(outcome).toEqual({ kind: "started", run: expect.stringMatching(/^ship-[a-z2-7]{26}$/) });
  const item = world.state.get(runKey(run)) as RunItem;
  expect(world.machines.started).toEqual([{ name: run, input: item.input }]);
  expect(JSON.parse(item.input)).toEqual({
    run: { id: run, workflow: "ship", epoch: 1, version: "v", event: "e1", correlation: "e1", hops: 0 },
    event: { order: "o1", amount: 1 },
  });
  expect(item.status).toBe("running");
});

test("the same event a hundred times at once gives one run and one execution", async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, () => admit(delivered({ order: "o1" }), spec, world.ports)),
  );
  expect(new Set(outcomes.map((outcome) => (outcome as { run: string }).run)).size).toBe(1);
  expect(world.machines.started).toHaveLength(1);
});

test("a crash between claim and start heals on redelivery, with the very same input", async () => {
  let crashes = 1;
  const executions: Executions = {
    ...world.machines.executions,
    async start(name, input) {
      if (crashes-- > 0) throw new Error("killed");
      return await world.machines.executions.start(name, input);
    },
  };
  await expect(admit(delivered({ order: "o1" }), spec, { ...world.ports, executions })).rejects.toThrow(
    "killed",
  );
  const redelivery = await admit(
    delivered({ order: "o1" }),
    { ...spec, version: "edited" },
    { ...world.ports, executions },
  );
  expect(redelivery.kind).toBe("started");
  expect(JSON.parse(world.machines.started[0]!.input).run.version).toBe("v");
});

test("after the run is started, a duplicate starts nothing", async () => {
  await admit(delivered({ order: "o1" }), spec, world.ports);
  const executions = { ...world.machines.executions, start: () => Promise.reject(new Error("not again")) };
  expect(
    (await admit(delivered({ order: "o1" }, { id: "e2" }), spec, { ...world.ports, executions })).kind,
  ).toBe("duplicate");
});

test("another identity is another run", async () => {
  await admit(delivered({ order: "o1" }), spec, world.ports);
  await admit(delivered({ order: "o2" }), spec, world.ports);
  expect(world.machines.started).toHaveLength(2);
});

test("without a declared identity each envelope id is an event of its own; with content, equal payloads are one", async () => {
  for (const [identity, runs] of [
    [undefined, 2],
    ["content", 1],
  ] as const) {
    const { ports, machines } = setUp();
    const on = [{ ...Ordered, identity }];
    await admit(delivered({ order: "o1", amount: 1 }, { id: "a" }), { ...spec, on }, ports);
    await admit(delivered({ amount: 1, order: "o1" }, { id: "b" }), { ...spec, on }, ports);
    expect(machines.started).toHaveLength(runs);
  }
});

test("throttled: nothing is started, nothing is lost, and the next delivery starts it", async () => {
  const executions: Executions = { ...world.machines.executions, start: async () => ({ kind: "throttled" }) };
  expect((await admit(delivered({ order: "o1" }), spec, { ...world.ports, executions })).kind).toBe(
    "throttled",
  );
  expect((await admit(delivered({ order: "o1" }), spec, world.ports)).kind).toBe("started");
});

describe("what may not enter rests in quarantine, once, with its reason", () => {
  const cases: [string, string, string, string][] = [
    ["a broken contract", delivered({ order: 7 }), "contract", "order"],
    ["a missing field", delivered({}), "contract", "order"],
    ["a detail that is no object", delivered("text"), "contract", "order"],
    [
      "an unknown version",
      delivered({ order: "o1", millrace: { version: 3 } }),
      "unknown-version",
      "millrace.version",
    ],
    ["text that is no JSON", "{", "not-an-event", ""],
    ["JSON that is no event", "[1]", "not-an-event", ""],
    ["null", "null", "not-an-event", ""],
    ["an input too large for a state machine", delivered({ order: "x".repeat(300_000) }), "contract", ""],
  ];
  test.each(cases)("%s", async (_, body, reason, path) => {
    expect(await admit(body, spec, world.ports)).toEqual({ kind: "quarantined", reason });
    await admit(body, spec, world.ports);
    expect(world.state.kept()).toMatchObject([{ reason, body, subscriber: "ship", findings: [{ path }] }]);
    expect(world.machines.started).toEqual([]);
  });

  test("a contradiction: the same identity with another payload is kept apart, and the run stays as it was", async () => {
    await admit(delivered({ order: "o1", amount: 1 }), spec, world.ports);
    expect(await admit(delivered({ order: "o1", amount: 2 }, { id: "e2" }), spec, world.ports)).toEqual({
      kind: "quarantined",
      reason: "contradiction",
    });
    expect(world.machines.started).toHaveLength(1);
    expect(JSON.parse(world.machines.started[0]!.input).event.amount).toBe(1);
  });
});
