import { beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { handOver } from "../../../lambdas/runtime/express/hand-over.ts";
import type { ExpressGroupMessage } from "../../../lambdas/runtime/express/message.ts";
import { admit } from "../../../lambdas/runtime/intake/admit.ts";
import type { IntakeSpec } from "../../../lambdas/runtime/intake/intake-spec.ts";
import type { ClaimRequest } from "../../../lambdas/runtime/ports/claims.ts";
import { changeEventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { type Effect, effectOf } from "../../../lambdas/runtime/work/effect.ts";
import type { Begun } from "../../../lambdas/runtime/work/group/begun.ts";
import { defineEvent } from "../../../lib/contract/event.ts";
import type { ExpressPlan } from "../../../lib/contract/groups/express.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { ClaimItem, RunItem } from "../../../lib/contract/table.ts";
import { memory, memoryExecutions, memoryObservation } from "../memory/memory.ts";
import { memoryKeyQueues } from "../memory/memory-key-queues.ts";
import { memoryArtifacts } from "../memory/memory-work.ts";
import { specs } from "../work/group-harness.ts";

/** How intake starts runs without an execution. */

const Ordered = defineEvent("order.placed", {
  version: 1,
  schema: z.object({ order: z.string() }),
  identity: (order) => order.order,
});
const spec: IntakeSpec = {
  workflow: "ship",
  on: [Ordered],
  version: "v",
  retentionDays: 90,
  mostHops: 32,
  reads: ["order"],
};
const PLAN: ExpressPlan = {
  step: "pack",
  path: "pack",
  steps: [],
  values: { order: ["order"] },
  output: { input: null, fills: [] },
  deadline: 3_600,
  patience: 900,
};
const NOW = Date.parse("2026-11-21T10:00:00.000Z");

let harness: ReturnType<typeof setUp>;
beforeEach(() => {
  harness = setUp();
});

function setUp() {
  const state = memory(() => NOW);
  const machines = memoryExecutions();
  const [sent, worked]: [ExpressGroupMessage[], ExpressGroupMessage[]] = [[], []];
  const begun: (Begun | undefined)[] = [];
  const plans: Record<string, ExpressPlan | undefined> = { v: PLAN };
  const ports = {
    ...state,
    executions: machines.executions,
    ...memoryObservation(),
    ...memoryKeyQueues(),
    admissions: { open: async () => true, settings: async () => undefined },
    artifacts: (workflow: string, run: string) => memoryArtifacts(`${workflow}/${run}/`, new Map()).artifacts,
    express: {
      plan: async (version: string) => plans[version],
      send: async (message: ExpressGroupMessage) => void sent.push(message),
      firstEffect: (): Effect | undefined => undefined,
      acceptAndClaim: async (run: RunItem, first: ClaimRequest) => {
        if (!(await state.runs.accept(run)).accepted) return false;
        await state.claims.claim(first);
        return true;
      },
      work: async (message: ExpressGroupMessage, already?: Begun) => {
        worked.push(message);
        begun.push(already);
        return false;
      },
    },
    now: () => NOW,
  };
  return { state, machines, sent, worked, begun, plans, ports };
}

const delivered = (id = "e1") =>
  JSON.stringify({ id, "detail-type": "order.placed", source: "shop", time: "", detail: { order: "o1" } });
const item = (run: string) => harness.state.get(runKey(run)) as RunItem;

describe("a run that has nothing to wait for", () => {
  test("is accepted and started in one write, and its work is done after it", async () => {
    let seen: RunItem | undefined;
    harness.ports.express.work = async (message) => {
      seen = item(message.run.id);
      harness.worked.push(message);
      return true;
    };
    const { run } = (await admit(delivered(), spec, harness.ports)) as { run: string };
    expect(seen).toMatchObject({
      status: "running",
      revision: 1,
      express: { until: "2026-11-21T11:00:00.000Z", check: "2026-11-21T10:15:00.000Z" },
    });
    // It is checked only if it is open after ten minutes.
    expect(seen).not.toHaveProperty("due");
    expect(item(run)).toEqual(seen);
    const events = changeEventsOf(undefined, seen);
    expect(events.map(({ event, published }) => [event.name, published])).toEqual([
      ["run.started", true],
      ["run.accepted", false],
    ]);
    expect(harness.worked).toMatchObject([
      { run: { id: run, express: true }, group: { values: { order: "o1" } } },
    ]);
    expect([harness.sent, harness.machines.started]).toEqual([[], []]);
  });

  test("has its message sent if its work does not end in the invocation", async () => {
    await admit(delivered(), spec, harness.ports);
    expect(harness.worked).toHaveLength(1);
    expect(harness.sent).toEqual(harness.worked);
  });

  test("has its message sent by the next deliveries, where the first one stops before its end", async () => {
    const { work } = harness.ports.express;
    harness.ports.express.work = async (message) => {
      await work(message);
      throw new Error("crash");
    };
    await expect(admit(delivered(), spec, harness.ports)).rejects.toThrow("crash");
    const { run } = (await admit(delivered(), spec, harness.ports)) as { run: string };
    await admit(delivered(), spec, harness.ports);
    // Its work may stop the process: the queue of steps has rules for that.
    expect(harness.worked).toHaveLength(1);
    expect(harness.sent).toHaveLength(2);
    expect(harness.sent).toEqual([harness.worked[0], harness.worked[0]]);
    expect(item(run).revision).toBe(1);
  });

  test("gets none from another event of its identity, nor after it has ended or an execution has taken over", async () => {
    const { run } = (await admit(delivered(), spec, harness.ports)) as { run: string };
    expect(await admit(delivered("e2"), spec, harness.ports)).toMatchObject({ kind: "duplicate" });
    await harness.state.runs.handedOver(item(run), "arn", "why");
    expect(await admit(delivered(), spec, harness.ports)).toMatchObject({ kind: "duplicate" });
    await harness.state.runs.end(run, 1, { status: "succeeded" });
    expect(await admit(delivered(), spec, harness.ports)).toMatchObject({ kind: "duplicate" });
    expect(harness.sent).toHaveLength(1);
  });
});

describe("a run whose first step can be claimed", () => {
  const first = (message: ExpressGroupMessage) =>
    effectOf({ ...message, position: 0 }, specs.pack!, { id: "delivery", deadline: NOW + 30_000 });
  const claimOf = (run: string) => harness.state.get(claimKey(run, 1, "pack")) as ClaimItem | undefined;

  test("is accepted together with that claim, which its work begins with", async () => {
    harness.ports.express.firstEffect = first as () => Effect;
    harness.ports.runs = { ...harness.state.runs, accept: () => Promise.reject(new Error("accepted alone")) };
    const { run } = (await admit(delivered(), spec, harness.ports)) as { run: string };
    expect(item(run)).toMatchObject({ status: "running", revision: 1 });
    expect(claimOf(run)).toMatchObject({ state: "running", owner: "delivery", step: "pack", position: 0 });
    expect(harness.begun).toEqual([{ run: item(run), first: first(harness.worked[0]!) }]);
  });

  test("is accepted alone if both cannot be written", async () => {
    harness.ports.express.firstEffect = first as () => Effect;
    harness.ports.express.acceptAndClaim = async () => false;
    const { run } = (await admit(delivered(), spec, harness.ports)) as { run: string };
    expect(item(run)).toMatchObject({ status: "running" });
    expect(claimOf(run)).toBeUndefined();
    expect(harness.begun).toEqual([{ run: item(run) }]);
  });

  test("is not worked on again by another delivery, which claims nothing", async () => {
    harness.ports.express.firstEffect = first as () => Effect;
    await admit(delivered(), spec, harness.ports);
    await admit(delivered(), spec, harness.ports);
    expect(harness.worked).toHaveLength(1);
    expect(await admit(delivered("e2"), spec, harness.ports)).toMatchObject({ kind: "duplicate" });
  });

  test("that has to wait is claimed when it has begun", async () => {
    const firstEffect = vi.fn(() => undefined);
    const admissions = { open: async () => false, settings: async () => undefined };
    const express = { ...harness.ports.express, firstEffect };
    await admit(delivered(), spec, { ...harness.ports, express, admissions });
    expect(firstEffect).not.toHaveBeenCalled();
  });
});

describe("a run that has to wait", () => {
  test("is accepted only while its workflow is paused, and started when it is released", async () => {
    let open = false;
    const ports = {
      ...harness.ports,
      admissions: { open: async () => open, settings: async () => undefined },
    };
    const { run } = (await admit(delivered(), spec, ports)) as { run: string };
    expect(item(run)).toMatchObject({ status: "accepted", held: "paused" });
    expect([item(run).express, harness.sent]).toEqual([undefined, []]);
    open = true;
    const released = JSON.stringify({
      id: "r1",
      "detail-type": "run.requested",
      source: "millrace",
      time: "",
      detail: { workflow: "ship", held: run },
    });
    expect(await admit(released, spec, ports)).toEqual({ kind: "started", run });
    expect(item(run)).toMatchObject({ status: "running", express: { until: "2026-11-21T11:00:00.000Z" } });
    expect(harness.sent).toHaveLength(1);
  });

  test("gets the same message from the next delivery, where the first one stops after it", async () => {
    let recent = true;
    const { startedExpress } = harness.state.runs;
    const ports = {
      ...harness.ports,
      admissions: {
        open: async (_: string, asked: { recent?: boolean } = {}) => !(asked.recent && recent),
        settings: async () => undefined,
      },
      runs: { ...harness.state.runs, startedExpress: async () => Promise.reject(new Error("crash")) },
    };
    await expect(admit(delivered(), spec, ports)).rejects.toThrow("crash");
    const [run] = harness.sent.map((message) => message.run.id) as [string];
    expect(item(run).status).toBe("accepted");
    expect(await handOver({ run, epoch: 1, why: "too early" }, harness.ports as never)).toBe("throttled");
    recent = false;
    Object.assign(ports.runs, { startedExpress });
    expect(await admit(delivered(), spec, ports)).toEqual({ kind: "started", run });
    expect(harness.sent[1]).toEqual(harness.sent[0]);
    expect(item(run)).toMatchObject({ status: "running", express: { until: "2026-11-21T11:00:00.000Z" } });
  });
});

test("a run of a version that needs an execution has one", async () => {
  harness.plans.v = undefined;
  const { run } = (await admit(delivered(), spec, harness.ports)) as { run: string };
  expect(harness.sent).toEqual([]);
  expect(harness.machines.started).toMatchObject([{ name: run }]);
});

test("a retried run has an execution", async () => {
  const { run } = (await admit(delivered(), spec, harness.ports)) as { run: string };
  await harness.state.runs.end(run, 1, { status: "failed" });
  await harness.state.runs.change(run, (found) => ({ ...found, status: "accepted", epoch: 2 }));
  const detail = { workflow: "ship", held: run };
  const message = { id: "r1", "detail-type": "run.requested", source: "millrace", time: "", detail };
  expect(await admit(JSON.stringify(message), spec, harness.ports)).toEqual({ kind: "started", run });
  expect(harness.sent).toHaveLength(1);
  expect(harness.machines.started).toHaveLength(1);
});
