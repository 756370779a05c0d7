import { beforeEach, expect, test } from "vitest";
import { finish } from "../../lambdas/runtime/completion/finish.ts";
import { sweep } from "../../lambdas/runtime/completion/sweep.ts";
import { close } from "../../lambdas/runtime/completion/transitions.ts";
import { eventsOf } from "../../lambdas/runtime/relay/publish.ts";
import type { Change } from "../../lambdas/runtime/relay/relay.ts";
import {
  compensationMachine,
  compensationName,
  executionName,
  isCompensationMachine,
  LONGEST_WORKFLOW_NAME,
  parseCompensationName,
  parseExecutionName,
  runId,
  runKey,
} from "../../lib/contract/keys.ts";
import type { RunItem } from "../../lib/contract/table.ts";
import { type EndWorld, EXECUTION, endWorld, MINUTE, RUN, START } from "./end-world.ts";

let world: EndWorld;
beforeEach(async () => {
  world = await endWorld();
});

const sweeping = (more: object = {}) =>
  sweep({
    ...world.ports,
    relay: async () => undefined,
    overdueParked: async () => [],
    wake: async () => {},
    ...more,
  });

test("the end is noted once, however often it is told, and leaves the index of open runs", async () => {
  await world.ends(EXECUTION, { status: "succeeded", output: { film: 1 } });
  await world.ends(EXECUTION, { status: "succeeded", output: { film: 1 } });
  expect(world.run()).toMatchObject({ status: "succeeded", output: { film: 1 } });
  expect(await world.state.runs.due("9999", 10)).toEqual([]);
  expect(world.told()).toEqual(["run.started", "run.succeeded"]);
});

test.each(["failed", "timed-out"] as const)("a run that %s seals what was under way", async (status) => {
  await world.begins("a");
  await world.ends(EXECUTION, { status, failure: { error: "x", cause: "y" } });
  expect(world.claim("a")?.state).toBe("sealed");
  expect(world.run()).toMatchObject({ status, failure: { error: "x", cause: "y" } });
  expect(world.told()).toEqual(["run.started", `run.${status}`]);
});

test("a success is believed as it is announced: neither looked up nor closed first, and what still runs is sealed after", async () => {
  await world.begins("a");
  const machines = { ...world.ports.machines, look: async () => Promise.reject(new Error("looked up")) };
  await world.ends(EXECUTION, { status: "succeeded", output: 1 }, { ...world.ports, machines });
  expect(world.run()).toMatchObject({ status: "succeeded", output: 1, revision: 3 });
  expect(world.claim("a")?.state).toBe("sealed");
  expect(await world.finishes("a")).toBe("late");
});

test("where it stops before all is sealed, the next delivery seals", async () => {
  await world.begins("a");
  const claims = { seal: async () => Promise.reject(new Error("crash")) };
  const success = { status: "succeeded" as const };
  await expect(world.ends(EXECUTION, success, { ...world.ports, claims })).rejects.toThrow("crash");
  expect([world.run().status, world.claim("a")?.state]).toEqual(["succeeded", "running"]);
  await world.ends(EXECUTION, success);
  expect(world.claim("a")?.state).toBe("sealed");
});

test("a success that meets a run which is being closed takes the longer way", async () => {
  await world.begins("a");
  const order = { by: "ada", why: "enough", key: "k", at: new Date(START).toISOString() };
  const read = world.ports.runs.read;
  const runs = {
    ...world.ports.runs,
    // Somebody closes it just after it was read.
    read: async (run: string) => {
      const item = await read(run);
      await world.ports.runs.change(run, close(START, order));
      return item;
    },
  };
  await world.ends(EXECUTION, { status: "succeeded", output: 1 }, { ...world.ports, runs });
  expect(world.claim("a")?.state).toBe("sealed");
  expect(world.run()).toMatchObject({ status: "succeeded", terminated: order });
});

test("an execution that still runs changes nothing, nor does one of no run or of an earlier epoch", async () => {
  for (const name of [RUN, "nobody", `${RUN}-e7`])
    await finish(`arn:aws:states:us-east-1:000000000000:execution:w:${name}`, world.ports);
  expect(world.run().status).toBe("running");
});

test("the end of a child tells its parent", async () => {
  const parent = { run: "p", epoch: 1, path: "call" };
  await world.state.runs.change(RUN, (run) => ({ ...run, parent }));
  await world.ends(EXECUTION, { status: "succeeded", output: 1 });
  const [ended] = eventsOf(undefined, world.run());
  expect(ended).toMatchObject({ name: "run.succeeded", data: { parent } });
});

test("a sweep finds an end that nobody told", async () => {
  world.machines.end(EXECUTION, { status: "failed", failure: { error: "x", cause: "y" } });
  await sweeping();
  expect(world.run().status).toBe("running");
  world.clock.now += 60 * MINUTE;
  await sweeping();
  expect(world.run()).toMatchObject({ status: "failed", failure: { error: "x" } });
});

test("a run that goes on is looked at again after twice the time", async () => {
  world.clock.now += 60 * MINUTE;
  await sweeping();
  expect(world.run().dueAt).toBe(new Date(START + 120 * MINUTE).toISOString());
});

test("a sweep has intake take up what was accepted and never started, but nothing that is held back", async () => {
  const accepted = async (run: string, more: Partial<RunItem>) =>
    await world.state.runs.accept({ ...world.run(), ...runKey(run), run, status: "accepted", ...more });
  await accepted("w-lost", {});
  await accepted("w-held", { held: "paused" });
  world.clock.now += 60 * MINUTE;
  await sweeping();
  const requested = world.state.changes.flatMap(({ before, after }) => eventsOf(before, after));
  expect(requested.filter(({ name }) => name === "run.requested")).toMatchObject([
    { data: { workflow: "w", held: "w-lost" } },
  ]);
});

test("a run that a sweep cannot help does not stand in the way of the next", async () => {
  await world.state.runs.accept({ ...world.run(), ...runKey("w-broken"), run: "w-broken" });
  const machines = {
    ...world.ports.machines,
    look: async (machine: string, name: string) => {
      if (name === "w-broken") throw new Error("no answer");
      return await world.ports.machines.look(machine, name);
    },
  };
  world.machines.end(EXECUTION, { status: "succeeded" });
  world.clock.now += 60 * MINUTE;
  await sweeping({ machines });
  expect(world.run().status).toBe("succeeded");
  expect(world.ports.lines.map(({ level }) => level)).toContain("error");
});

test("parked messages that should have been woken long ago are woken", async () => {
  const woken: unknown[] = [];
  const overdueParked = async (time: string) =>
    time === new Date(START - 15 * MINUTE).toISOString() ? [{ pk: "work#r", sk: "parked#1#a#do" }] : [];
  await sweeping({ overdueParked, wake: async (key: unknown) => void woken.push(key) });
  expect(woken).toEqual([{ pk: "work#r", sk: "parked#1#a#do" }]);
});

test("changes that did not reach the bus are handed to the relay after five minutes", async () => {
  await world.state.quarantine.keep({
    pk: "quarantine#q",
    sk: "quarantine",
    kind: "quarantine",
    unpublished: "unpublished#0",
    changedAt: new Date(START).toISOString(),
  } as never);
  const handed: Change[][] = [];
  const relay = async (changes: Change[]) => void handed.push(changes);
  await sweeping({ relay });
  world.clock.now += 5 * MINUTE;
  await sweeping({ relay });
  expect(handed).toMatchObject([[{ after: { pk: "quarantine#q" } }]]);
});

test("names of executions and runs belong to each other, and are legal at their longest", () => {
  const run = runId("w".repeat(LONGEST_WORKFLOW_NAME), "n", "i");
  for (const epoch of [1, 2, 9999]) {
    expect(parseExecutionName(executionName(run, epoch))).toEqual({ run, epoch });
    expect(executionName(run, epoch).length).toBeLessThanOrEqual(80);
  }
  expect(parseCompensationName(compensationName(run, 9999))).toBe(run);
  expect(compensationName(run, 9999).length).toBeLessThanOrEqual(80);
  expect(isCompensationMachine(`Millrace-${compensationMachine("w")}`)).toBe(true);
  expect(isCompensationMachine("Millrace-w-undo")).toBe(false);
});
