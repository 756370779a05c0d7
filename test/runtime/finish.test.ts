import { beforeEach, expect, test } from "vitest";
import { finish, sweep } from "../../lambdas/runtime/end/finish.ts";
import { eventsOf } from "../../lambdas/runtime/relay/publish.ts";
import type { Change } from "../../lambdas/runtime/relay/relay.ts";
import { claimKey, executionName, parseExecutionName, runKey } from "../../lib/contract/keys.ts";
import type { ClaimItem, RunItem } from "../../lib/contract/table.ts";
import { memory, memoryExecutions, memoryObservation } from "./memory.ts";

const START = Date.parse("2026-11-21T10:00:00.000Z");
const HOUR = 3_600_000;
const execution = "arn:aws:states:us-east-1:000000000000:execution:w:r";
const key = claimKey("r", 1, "a");

let clock: number;
let world: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  clock = START;
  world = await setUp();
});

async function setUp() {
  const state = memory(() => clock);
  const machines = memoryExecutions();
  const ports = { ...state, executions: machines.executions, ...memoryObservation(), now: () => clock };
  const time = new Date(START).toISOString();
  await state.runs.accept({
    ...runKey("r"),
    kind: "run",
    run: "r",
    epoch: 1,
    status: "accepted",
    event: { id: "e", correlation: "c", hops: 0 },
    acceptedAt: time,
    due: "due#0",
    dueAt: new Date(START + HOUR).toISOString(),
  } as RunItem);
  await state.runs.started("r", execution);
  return { state, machines, ports };
}

const told = () =>
  world.state.changes.flatMap(({ before, after }) => eventsOf(before, after).map(({ name }) => name));
const run = () => world.state.get(runKey("r")) as RunItem;

test("the end is noted once, however often it is told, and leaves the index of open runs", async () => {
  world.machines.endings.set(execution, { status: "succeeded", output: { film: 1 } });
  await finish(execution, world.ports);
  await finish(execution, world.ports);
  expect(run()).toMatchObject({ status: "succeeded", output: { film: 1 } });
  expect(run()).not.toHaveProperty("dueAt");
  expect(told()).toEqual(["run.started", "run.succeeded"]);
  expect(world.ports.counts.get("RunsSucceeded")).toBe(1);
});

test("a failed run seals what was under way", async () => {
  const about = {
    run: "r",
    epoch: 1,
    workflow: "w",
    step: "a",
    path: "a",
    direction: "do" as const,
    attempt: 1,
    correlation: "c",
    cause: "e",
    hops: 0,
  };
  await world.state.claims.claim({ key, owner: "o", lease: START + HOUR, fence: 1, takeover: true, about });
  world.machines.endings.set(execution, {
    status: "timed-out",
    failure: { error: "States.Timeout", cause: "" },
  });
  await finish(execution, world.ports);
  expect((world.state.get(key) as ClaimItem).state).toBe("sealed");
  expect(told()).toEqual(["run.started", "run.timed-out"]);
});

test("an execution that still runs changes nothing", async () => {
  await finish(execution, world.ports);
  expect(run().status).toBe("running");
});

test("a sweep finds an end that nobody told", async () => {
  world.machines.endings.set(execution, { status: "failed", failure: { error: "x", cause: "y" } });
  const relay = async () => undefined;
  await sweep({ ...world.ports, relay });
  expect(run().status).toBe("running");
  clock += HOUR;
  await sweep({ ...world.ports, relay });
  expect(run()).toMatchObject({ status: "failed", failure: { error: "x" } });
});

test("a run that goes on is looked at again after twice the time", async () => {
  clock += HOUR;
  await sweep({ ...world.ports, relay: async () => undefined });
  expect(run().dueAt).toBe(new Date(START + 2 * HOUR).toISOString());
});

test("changes that did not reach the bus are handed to the relay after five minutes", async () => {
  await world.state.quarantine.keep({
    pk: "quarantine#q",
    sk: "quarantine",
    kind: "quarantine",
    unpublished: "unpublished#0",
    changedAt: new Date(clock).toISOString(),
  } as never);
  const handed: Change[][] = [];
  const relay = async (changes: Change[]) => void handed.push(changes);
  await sweep({ ...world.ports, relay });
  clock += 5 * 60_000;
  await sweep({ ...world.ports, relay });
  expect(handed).toMatchObject([[{ after: { pk: "quarantine#q" } }]]);
});

test("an execution's name and a run's epoch belong to each other", () => {
  for (const epoch of [1, 2, 17]) {
    expect(parseExecutionName(executionName("w-abcdefgh", epoch))).toEqual({ run: "w-abcdefgh", epoch });
  }
});
