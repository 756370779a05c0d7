import fc from "fast-check";
import { expect, test } from "vitest";
import { sentEvent } from "../../../lambdas/runtime/wait/awaited-events.ts";
import type { WaitPorts } from "../../../lambdas/runtime/wait/ports.ts";
import { noteEvent, wait } from "../../../lambdas/runtime/wait/wait.ts";
import type { RunReference } from "../../../lib/contract/messages/message.ts";
import type { RunItem, WaiterItem } from "../../../lib/contract/table.ts";
import { memoryObservation, noArtifacts } from "../memory/memory.ts";
import { memoryRaces, memoryStates, memoryTerminator, memoryWaits } from "../memory/memory-waits.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const RETENTION_DAYS = 90;

/** How a wait's state ends: it stays, it is left unanswered, or it is entered again with or without an answer. */
type Fate = "stays" | "times out" | "is entered again";

interface Plan {
  waits: { run: number; fate: Fate; copies: number }[];
  events: { copies: number }[];
  /** Chances out of 100, one for each call of a port: below 3 it crashes before, below 6 after. */
  luck: fc.Stream<number>;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  waits: fc.array(
    fc.record({
      run: fc.nat(1),
      fate: fc.constantFrom<Fate>("stays", "stays", "times out", "is entered again"),
      copies: fc.integer({ min: 1, max: 2 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  events: fc.array(fc.record({ copies: fc.integer({ min: 1, max: 2 }) }), { maxLength: 4 }),
  luck: fc.infiniteStream(fc.nat(99)),
});

const inProgress = (run: string) =>
  ({ run, status: "running", epoch: 1, execution: `arn:${run}` }) as RunItem;

/** Nothing is deferred in these plans. */
function memoryPorts() {
  const never = async () => Promise.reject(new Error("Nothing is paused."));
  return { deferred: { put: never, read: never, remove: never }, wakeups: { at: never } };
}

/** Plays a plan in one of the orders in which its calls may happen, until every message was handled without a crash. */
async function play({ waits, events, luck }: Plan, scheduler: fc.Scheduler) {
  const table = memoryWaits(() => NOW);
  const states = memoryStates();
  const perilous = <Arguments extends unknown[], Result>(call: (...given: Arguments) => Promise<Result>) => {
    const scheduled = scheduler.scheduleFunction(call);
    return async (...given: Arguments) => {
      const { value: fortune = 99 } = luck.next();
      if (fortune < 3) throw new Error("crashed before");
      const result = await scheduled(...given);
      if (fortune < 6) throw new Error("crashed after");
      return result;
    };
  };
  const every = <Port extends object>(port: Port) =>
    Object.fromEntries(Object.entries(port).map(([name, call]) => [name, perilous(call)])) as Port;
  const ports: WaitPorts = {
    waits: every(table.waits),
    races: memoryRaces().races,
    executions: every(states.executions),
    history: every(states.history),
    runs: { read: async (run) => inProgress(run) },
    startConditions: {
      read: async (run) => ({ run: inProgress(run), workflow: undefined, breaker: undefined }),
    },
    ...memoryPorts(),
    owner: "o",
    retentionDays: RETENTION_DAYS,
    ...memoryTerminator(),
    artifacts: () => noArtifacts,
    ...memoryObservation(),
    now: () => NOW,
  };

  const deliver = async (handle: () => Promise<void>): Promise<void> => {
    await scheduler.schedule(Promise.resolve());
    await handle().catch(() => deliver(handle));
  };
  const enter = (at: number, attempt: number) =>
    deliver(() => {
      const run = { id: `r${waits[at]!.run}`, workflow: "w", epoch: 1 } as RunReference;
      const entered = new Date(NOW + at).toISOString();
      const about = { event: "paid", key: "o1", path: `p${at}`, taskToken: `p${at} ${attempt}` };
      return wait({ kind: "event", run, ...about, entered, attempt }, RETENTION_DAYS, ports);
    });
  const live = async (at: number) => {
    const { fate, copies } = waits[at]!;
    const first = Array.from({ length: copies }, () => enter(at, 1));
    if (fate !== "stays") {
      await scheduler.schedule(Promise.resolve());
      states.timeOut(`p${at} 1`);
      if (fate === "is entered again") await enter(at, 2);
    }
    await Promise.all(first);
  };
  const send = (at: number) => {
    const time = new Date(NOW + at).toISOString();
    const envelope = { id: `e${at}`, name: "paid", version: 1, time, source: "s", correlation: "c", hops: 0 };
    const event = sentEvent({ ...envelope, data: { at } }, "o1", { now: NOW, retentionDays: RETENTION_DAYS });
    return deliver(() => noteEvent(event, ports));
  };
  const everything = Promise.all([
    ...waits.map((_, at) => live(at)),
    ...events.flatMap(({ copies }, at) => Array.from({ length: copies }, () => send(at))),
  ]);
  await scheduler.waitFor(everything);
  return { table, states };
}

async function expectOrder(plan: Plan, scheduler: fc.Scheduler): Promise<void> {
  const { table, states } = await play(plan, scheduler);
  const items = table.all();
  const waiters = items.filter((item): item is WaiterItem => item.kind === "waiter");
  const events = items.filter((item) => item.kind === "awaited-event").map(({ id }) => id);

  expect(events.sort()).toEqual(plan.events.map((_, at) => `e${at}`).sort());
  for (const waiter of waiters) {
    const { path, token, state, taken } = waiter;
    const answers = states.answers.filter((answer) => answer.token === token);
    // What the table says is what happened to the state.
    if (state === "delivered") {
      expect(answers, path).toEqual([{ token, output: JSON.stringify({ at: Number(taken!.slice(1)) }) }]);
    } else {
      expect(answers, path).toEqual([]);
      expect(state, path).not.toBe("matched");
    }
    // An event that was too late for a run is published as late.
    if (state === "lost") {
      expect(states.timeOut(token!), path).toBe(false);
      expect(waiter, path).toMatchObject({ missed: expect.any(String), unpublished: expect.any(String) });
    }
    // Who still waits does so because nothing is left for its run.
    if (state === "waiting") {
      const free = events.filter(
        (id) => !waiters.some(({ run, taken }) => run === waiter.run && taken === id),
      );
      expect(free, path).toEqual([]);
    }
  }
  // Within a run, no event was taken by two waits.
  const takes = waiters.filter(({ taken }) => taken).map(({ run, taken }) => `${run} ${taken}`);
  expect(new Set(takes).size).toBe(takes.length);
}

test("in any order, with any crashes: each wait is answered once, by an event of its own, and no event is lost", async () => {
  await fc.assert(fc.asyncProperty(plans, fc.scheduler(), expectOrder), { numRuns: 300 });
});

test.each<[string, Fate[]]>([
  ["two waits and two events that cross", ["stays", "stays"]],
  ["a wait that was left, whose event another wait takes", ["times out", "stays"]],
])("without crashes: %s", async (_, fates) => {
  const once = { copies: 1 };
  const waits = fates.map((fate) => ({ run: 0, fate, ...once }));
  const steady = fc.infiniteStream(fc.constant(99));
  const plan = fc.record({
    waits: fc.constant(waits),
    events: fc.array(fc.constant(once), { minLength: 1, maxLength: 2 }),
    luck: steady,
  });
  await fc.assert(fc.asyncProperty(plan, fc.scheduler(), expectOrder), { numRuns: 400 });
});
