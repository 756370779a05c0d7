import { performance } from "node:perf_hooks";
import { afterEach, expect, test, vi } from "vitest";

/** What a machine of two processors has counted so far, milliseconds. */
const machine = vi.hoisted(() => ({ busy: 0, idle: 0 }));
vi.mock("node:os", () => ({
  cpus: () => [
    { times: { user: machine.busy, nice: 0, sys: 0, irq: 0, idle: machine.idle } },
    { times: { user: machine.busy, nice: 0, sys: 0, irq: 0, idle: machine.idle } },
  ],
}));

const { Processors } = await import("../../../local/lambda/thread/processors.ts");

let now = 0;
vi.spyOn(performance, "now").mockImplementation(() => now);
vi.spyOn(performance, "eventLoopUtilization").mockImplementation(() => ({
  idle: 0,
  active: 0,
  utilization: 0,
}));
afterEach(() => Object.assign(machine, { busy: 0, idle: 0 }));

/** Advances time in milliseconds, with the processors idle for a share of it. */
function pass(milliseconds: number, idle: number): void {
  now += milliseconds;
  machine.busy += milliseconds * (1 - idle);
  machine.idle += milliseconds * idle;
}

test("processors are idle if there was idle time in the last moments", () => {
  const processors = new Processors();
  pass(100, 0.3);
  expect(processors.areIdle).toBe(true);
  pass(100, 0.1);
  expect(processors.areIdle).toBe(false);
});

test("a long quiet time before says nothing about now: a measurement is needed first", () => {
  const processors = new Processors();
  pass(60_000, 1);
  expect(processors.areIdle).toBe(false);
  pass(100, 0);
  expect(processors.areIdle).toBe(false);
  pass(60_000, 1);
  expect(processors.areIdle).toBe(false);
  pass(100, 1);
  expect(processors.areIdle).toBe(true);
});
