import { afterEach, beforeAll, expect, test } from "vitest";
import { type Simulation, simulate } from "../../../testing/simulate.ts";
import { seeds } from "../../seeds.ts";
import { PaymentRequested } from "./app/workflow.ts";
import { paymentsAssembly } from "./assembly.ts";

let assembly: string;
beforeAll(() => {
  assembly = paymentsAssembly();
}, 120_000);

let cloud: Simulation;
afterEach(() => cloud.close());

test("two people release a payment, and not the one who requested it: through the synthesized stack", async () => {
  cloud = await simulate(assembly, { seed: 1, schedules: false });
  const { run } = await cloud.send(PaymentRequested, { payment: "p1", by: "ann" });
  await expect(cloud.approve(run, { by: "ann" })).rejects.toThrow("the request is their own");
  const after = await cloud.approve(run, { by: "bob" });
  expect(after.waiting[0]!.for).toBe("a decision of treasurer (1 of 2 approved, by bob)");
  await cloud.approve(run, { by: "bob" });
  expect((await cloud.run(run)).status).toBe("waiting");
  await cloud.approve(run, { by: "cy" });
  const done = await cloud.waitUntil(run, "succeeded");
  expect(done.output).toEqual({ approved: true, by: "bob, cy" });
  expect(await cloud.story(run)).toContain("approval.voted");
});

test("one vote until the timeout is not enough", async () => {
  cloud = await simulate(assembly, { seed: 1, schedules: false });
  const { run } = await cloud.send(PaymentRequested, { payment: "p1", by: "ann" });
  await cloud.approve(run, { by: "bob" });
  const done = await cloud.waitUntil(run, "succeeded");
  expect(done.output).toEqual({ approved: false, by: "timeout" });
});

test.each(seeds([3], 50))("the same with duplicates, delays and crashes: %i", async (seed) => {
  cloud = await simulate(assembly, {
    seed,
    schedules: false,
    faults: {
      duplicates: 0.3,
      delays: { chance: 0.3, upTo: "20 seconds" },
      interleave: true,
      calls: [
        { kind: "crash-before", chance: 0.02 },
        { kind: "crash-after", chance: 0.02 },
      ],
    },
  });
  await cloud.send(PaymentRequested, { payment: "p1", by: "ann" });
  await cloud.advance("1 hour");
  const [{ run } = { run: "" }] = await cloud.runs();
  for (const by of ["bob", "bob", "cy"]) await cloud.approve(run, { by });
  const done = await cloud.waitUntil(run, "succeeded");
  expect(done.output).toEqual({ approved: true, by: "bob, cy" });
});
