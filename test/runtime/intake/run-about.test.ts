import { expect, test } from "vitest";
import * as z from "zod";
import { describeRun, runOf } from "../../../lambdas/runtime/intake/describe-run.ts";
import type { IntakeSpec } from "../../../lambdas/runtime/intake/intake-spec.ts";
import { refusedRun } from "../../../lambdas/runtime/intake/refused-run.ts";
import type { Envelope } from "../../../lib/contract/envelope.ts";
import { defineEvent, type EventContract } from "../../../lib/contract/event.ts";
import { foundPartitions } from "../../../lib/contract/keys/index-partitions.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const schema = z.object({ order: z.object({ id: z.string() }), customer: z.string() });
const data = { order: { id: "o1" }, customer: "ada" };
const keyed = { key: ({ customer }: z.infer<typeof schema>) => customer };
const identified = { identity: ({ order }: z.infer<typeof schema>) => order.id };
const event = (more: object) => defineEvent("order.placed", { version: 1, schema, ...more });

function envelope(subject?: string): Envelope {
  const about = { id: "e1", name: "order.placed", version: 1, source: "shop", correlation: "e1", hops: 0 };
  return { ...about, time: "2026-11-21T09:59:59Z", ...(subject !== undefined && { subject }), data };
}

function spec(contract: EventContract, perKey?: IntakeSpec["perKey"]): IntakeSpec {
  return {
    workflow: "ship",
    on: [contract],
    version: "v",
    retentionDays: 90,
    mostHops: 32,
    reads: [],
    perKey,
  };
}

test.each<[string, EventContract, string | undefined, string | undefined]>([
  ["the event's key", event({ ...keyed, ...identified }), "subject", "ship#ada"],
  ["its subject, where it has no key", event(identified), "subject", "ship#subject"],
  ["its identity, where it has neither", event(identified), undefined, "ship#o1"],
  ["nothing, where it says nothing of itself", event({}), undefined, undefined],
  [
    "nothing, where only its content distinguishes it from others",
    event({ identity: "content" }),
    undefined,
    undefined,
  ],
])("a run is found by %s", (_, contract, subject, partition) => {
  const accepted = { accepted: true, contract, data, sent: data } as const;
  const run = describeRun("ship-1", envelope(subject), accepted, data, spec(contract), NOW, {});
  expect(run.keyed).toBe(partition);
  // What runs are ordered by, they are only where their workflow says so.
  expect(run.key).toBeUndefined();
  expect(foundPartitions("ship", "open")).toContain(run.found);
});

test("a run is found by its id where that follows from the identity of its event, and not by an index", () => {
  const contract = event(identified);
  const accepted = { accepted: true, contract, data, sent: data } as const;
  const id = runOf(envelope(), accepted, spec(contract), {});
  const ofEvent = describeRun(id, envelope(), accepted, data, spec(contract), NOW, {});
  expect(ofEvent).toMatchObject({ run: runId("ship", "order.placed", "o1"), about: "o1", keyed: undefined });
  const called = { run: "ship-1" };
  const ofCaller = describeRun("ship-1", envelope(), accepted, data, spec(contract), NOW, called);
  expect(ofCaller).toMatchObject({ about: "o1", keyed: "ship#o1" });
});

test("a run that may not begin is found among the failed ones, even without a subject", () => {
  const contract = event({ ...keyed, ...identified });
  const broken = { ...envelope(), data: {} };
  const findings = [{ path: "order", message: "missing" }];
  const run = refusedRun(broken, findings, spec(contract, { atOnce: 1 }), NOW, { run: "ship-1" });
  expect(run).toMatchObject({ status: "failed", error: "Millrace.Refused" });
  expect(foundPartitions("ship", "failed")).toContain(run.found);
  expect(run.keyed).toBeUndefined();
});
