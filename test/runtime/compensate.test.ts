import { beforeEach, describe, expect, test } from "vitest";
import { finish, undoLate } from "../../lambdas/runtime/completion/finish.ts";
import { reconcile } from "../../lambdas/runtime/completion/reconcile.ts";
import { retry } from "../../lambdas/runtime/control/run-actions.ts";
import { eventsOf } from "../../lambdas/runtime/relay/publish.ts";
import type { CompensationInput } from "../../lib/contract/compensation-message.ts";
import { raceChildKey, raceKey } from "../../lib/contract/keys/race.ts";
import { runKey } from "../../lib/contract/keys/run.ts";
import { crashing, type EndWorld, EXECUTION, endWorld, MINUTE, RUN, terminate } from "./end-world.ts";

let world: EndWorld;
beforeEach(async () => {
  world = await endWorld();
});

const failed = { status: "failed", failure: { error: "x", cause: "y" } } as const;
/** The ports, and what happens after the effects of a run have been read for the first time. */
function meanwhile(happens: () => Promise<void>): EndWorld["ports"] {
  let first = true;
  const { effects } = world.ports;
  const of = async (run: string) => {
    const claims = await effects.of(run);
    if (first) {
      first = false;
      await happens();
    }
    return claims;
  };
  return { ...world.ports, effects: { ...effects, of } };
}

const order = { by: "ada", why: "no longer wanted", key: "k", at: "2026-11-21T10:00:00.000Z" };

describe("a run that fails", () => {
  test("is compensated in reverse order of completion, and ends after that", async () => {
    for (const path of ["b", "a", "scenes[0]/draw"]) await world.does(path);
    await world.begins("c");
    await world.ends(EXECUTION, failed);
    expect(world.run()).toMatchObject({ status: "compensating", ending: failed });
    expect(world.undosOf(1)).toEqual(["scenes[0]/draw", "a", "b"]);
    await world.compensates(1);
    expect(world.run()).toMatchObject({ ...failed, compensation: { undone: 3, failed: 0, open: false } });
    expect(world.run()).not.toHaveProperty("ending");
    expect(world.published().filter((name) => name !== "step.completed")).toEqual([
      "run.started",
      "step.undone",
      "step.undone",
      "step.undone",
      "run.failed",
    ]);
  });

  test("undoes no step without an undo, and ends at once if none has one", async () => {
    const key = await world.begins("a");
    await world.state.claims.complete(key, "a", 1, []);
    await world.ends(EXECUTION, failed);
    expect(world.run().status).toBe("failed");
    expect(world.machines.names()).toEqual([EXECUTION]);
  });

  test("is undone in parts if it has many effects", async () => {
    for (let at = 0; at < 201; at++) await world.does(`s[${at}]`);
    await world.ends(EXECUTION, failed);
    expect(world.undosOf(1)).toHaveLength(200);
    await world.compensates(1);
    expect(world.undosOf(2)).toEqual(["s[0]"]);
    expect(world.run().status).toBe("compensating");
    await world.compensates(2);
    expect(world.run()).toMatchObject({ status: "failed", compensation: { undone: 201, round: 2 } });
  });

  test("with an undo that fails has it escalated, and the rest undone", async () => {
    for (const path of ["a", "b", "c"]) await world.does(path);
    await world.ends(EXECUTION, failed);
    await world.compensates(1, ["b"]);
    expect(world.run()).toMatchObject({ status: "failed", compensation: { undone: 2, failed: 1 } });
    const given = world.state.changes.flatMap(({ before, after }) => eventsOf(before, after));
    const escalated = given.filter(({ name }) => name === "escalation.raised");
    expect(escalated).toMatchObject([{ data: { path: "b", why: "undo failed", step: "undo-b" } }]);
  });

  test("in a later epoch undoes the effects that it uses of an earlier one, once", async () => {
    await world.does("a");
    await world.does("b");
    await world.ends(EXECUTION, failed);
    // One undo is given up before it begins, so that the effect still exists.
    await world.compensates(1, ["a"]);
    expect(world.run()).toMatchObject({ status: "failed", compensation: { undone: 1, failed: 1 } });
    await world.state.runs.change(RUN, retry({ ...order, key: "retry" }, world.clock.now));
    await world.begin(2);
    const key = await world.begins("a", { epoch: 2 });
    expect(await world.state.claims.reuse(key, "a", world.claim("a")!)).toBe("completed");
    await world.ends(`w:${RUN}-e2`, failed);
    const { undos } = world.machines.inputOf<CompensationInput>(`w_undo:${RUN}-u2`);
    expect(undos).toMatchObject([{ path: "a", epoch: 2 }]);
    await world.compensates(2);
    expect(world.run()).toMatchObject({ status: "failed", compensation: { undone: 2, failed: 0 } });
  });

  test("does not undo a late effect that a later epoch used before its undo began", async () => {
    await world.begins("slow");
    await world.ends(EXECUTION, failed);
    await world.state.runs.change(RUN, retry({ ...order, key: "retry" }, world.clock.now));
    await world.begin(2);
    await world.finishes("slow");
    const key = await world.begins("slow", { epoch: 2 });
    expect(await world.state.claims.reuse(key, "slow", world.claim("slow")!)).toBe("completed");
    await undoLate(RUN, world.ports);
    expect(world.run()).not.toHaveProperty("compensation");
    await world.ends(`w:${RUN}-e2`, { status: "succeeded" });
    expect(world.run().status).toBe("succeeded");
    expect(world.machines.names()).not.toContain(`w_undo:${RUN}-u1`);
  });

  test("whose compensation is stopped as a whole escalates everything that was not undone", async () => {
    for (const path of ["a", "b"]) await world.does(path);
    await world.ends(EXECUTION, failed);
    const key = await world.begins("b", { direction: "undo" });
    await world.state.claims.complete(key, "b", null, []);
    const failure = { error: "States.Timeout", cause: "" };
    await world.ends(`w_undo:${RUN}-u1`, { status: "timed-out", failure });
    expect(world.run()).toMatchObject({ status: "failed", compensation: { undone: 1, failed: 1 } });
    expect(world.claim("a", "undo")).toMatchObject({ givenUp: failure });
  });
});

describe("a decided race", () => {
  const decide = (winner: string) =>
    world.state.races.decide({
      ...raceKey(RUN, 1, "first"),
      kind: "race",
      run: RUN,
      epoch: 1,
      workflow: "w",
      path: "first",
      winner,
      correlation: "c",
      cause: "e",
      hops: 0,
      revision: 1,
      changedAt: "",
      expiresAt: 0,
    });
  const child = {
    ...raceChildKey(RUN, 1, "first.b/film"),
    kind: "race-child",
    run: RUN,
    epoch: 1,
    path: "first.b/film",
    child: "film-1",
    revision: 1,
    changedAt: "",
    expiresAt: 0,
  } as const;

  test("undoes what its losers have done while the run continues, and nothing else", async () => {
    await world.does("before");
    await world.does("first.a/x");
    await world.does("first.b/x");
    await world.does("first.b/y");
    await decide("a");
    expect(await undoLate(RUN, world.ports)).toBe("finished");
    expect(world.undosOf(1)).toEqual(["first.b/y", "first.b/x"]);
    expect(world.run().status).toBe("running");
    await world.compensates(1);
    expect(world.run()).toMatchObject({ status: "running", compensation: { undone: 2, open: false } });
    await world.ends(EXECUTION, { status: "succeeded" });
    expect(world.run()).toMatchObject({ status: "succeeded", compensation: { undone: 2 } });
  });

  test("is undone although the run succeeds while that begins", async () => {
    await world.does("first.a/x");
    await world.does("first.b/x");
    await decide("a");
    expect(
      await undoLate(
        RUN,
        meanwhile(() => world.ends(EXECUTION, { status: "succeeded" })),
      ),
    ).toBe("finished");
    expect(world.run()).toMatchObject({ status: "succeeded", compensation: { open: true } });
    expect(world.undosOf(1)).toEqual(["first.b/x"]);
    await world.compensates(1);
    expect(world.run()).toMatchObject({ status: "succeeded", compensation: { undone: 1, open: false } });
  });

  test("is undone later if the run is closed while that begins, and then succeeds", async () => {
    await world.does("first.a/x");
    await world.does("first.b/x");
    await decide("a");
    const closes = async () => void (await terminate(RUN, order, world.ports));
    expect(await undoLate(RUN, meanwhile(closes))).toBe("later");
    await world.ends(EXECUTION, { status: "succeeded" });
    expect(await undoLate(RUN, world.ports)).toBe("finished");
    expect(world.undosOf(1)).toEqual(["first.b/x"]);
  });

  test("seals what its losers have begun, and undoes it when it is done", async () => {
    await world.begins("first.a/x");
    await world.begins("first.b/x");
    await decide("a");
    await undoLate(RUN, world.ports);
    expect(world.machines.names()).not.toContain(`w_undo:${RUN}-u1`);
    expect(await world.finishes("first.b/x")).toBe("late");
    expect(await world.finishes("first.a/x")).toBe("completed");
    await undoLate(RUN, world.ports);
    expect(world.undosOf(1)).toEqual(["first.b/x"]);
  });

  test("of a run that fails later: each effect is undone once, those of the winner too", async () => {
    await world.does("first.a/x");
    await world.does("first.b/x");
    await decide("a");
    await undoLate(RUN, world.ports);
    await world.compensates(1);
    await world.ends(EXECUTION, failed);
    expect(world.undosOf(2)).toEqual(["first.a/x"]);
    await world.compensates(2);
    expect(world.run()).toMatchObject({ status: "failed", compensation: { undone: 2, failed: 0 } });
  });

  test("terminates a run that a loser has called, once it exists", async () => {
    await world.state.races.call(child);
    await decide("a");
    expect(await undoLate(RUN, world.ports)).toBe("later");
    expect(world.terminations.size).toBe(0);
    world.state.put({ ...world.run(), ...runKey("film-1"), run: "film-1" });
    expect(await undoLate(RUN, world.ports)).toBe("finished");
    expect([...world.terminations.values()]).toMatchObject([
      { action: "terminate", target: { run: "film-1" }, by: "race" },
    ]);
  });

  test("does not end a run that the winner has called", async () => {
    await world.state.races.call(child);
    await decide("b");
    expect(await undoLate(RUN, world.ports)).toBe("finished");
    expect(world.terminations.size).toBe(0);
  });
});

describe("a late effect", () => {
  test("while the run is compensated is undone by a further execution, before the run ends", async () => {
    await world.does("a");
    await world.begins("slow");
    await world.ends(EXECUTION, failed);
    expect(await world.finishes("slow")).toBe("late");
    expect(await undoLate(RUN, world.ports)).toBe("finished");
    await world.compensates(1);
    expect(world.run().status).toBe("compensating");
    expect(world.undosOf(2)).toEqual(["slow"]);
    await world.compensates(2);
    expect(world.run()).toMatchObject({ status: "failed", compensation: { undone: 2, failed: 0 } });
  });

  test.each(["failed", "succeeded"] as const)(
    "after the run %s is undone alone, and counted",
    async (status) => {
      await world.does("a");
      await world.begins("slow");
      await world.ends(EXECUTION, { status });
      if (status === "failed") await world.compensates(1);
      await world.finishes("slow");
      await undoLate(RUN, world.ports);
      const round = status === "failed" ? 2 : 1;
      expect(world.undosOf(round)).toEqual(["slow"]);
      expect(world.run().status).toBe(status);
      await world.compensates(round);
      expect(world.run()).toMatchObject({ status, compensation: { undone: round, failed: 0, open: false } });
      expect(world.published().filter((name) => name === `run.${status}`)).toHaveLength(1);
    },
  );

  test("between the last check and the run's end is not forgotten", async () => {
    await world.does("a");
    await world.begins("slow");
    await world.ends(EXECUTION, failed);
    let looks = 0;
    const of = async (run: string) => {
      const seen = await world.ports.effects.of(run);
      if (++looks !== 2) return seen;
      await world.finishes("slow");
      await undoLate(RUN, world.ports);
      return seen;
    };
    const undone = await world.begins("a", { direction: "undo" });
    await world.state.claims.complete(undone, "a", null, []);
    const announced = world.machines.end(`w_undo:${RUN}-u1`, { status: "succeeded", output: { failed: [] } });
    await finish(announced, { ...world.ports, effects: { ...world.ports.effects, of } });
    expect(world.run().status).toBe("compensating");
    expect(world.undosOf(2)).toEqual(["slow"]);
    await world.compensates(2);
    expect(world.run()).toMatchObject({ status: "failed", compensation: { undone: 2 } });
  });

  test("while the run is being closed is checked again later", async () => {
    await world.state.runs.change(RUN, (run) => ({ ...run, status: "closing" }));
    expect(await undoLate(RUN, world.ports)).toBe("later");
  });
});

describe("terminating", () => {
  test("stops the execution, whose end continues; the command is the reason", async () => {
    await world.does("a");
    await world.begins("b");
    await terminate(RUN, order, world.ports);
    expect(world.machines.stopped).toEqual([EXECUTION]);
    expect(world.claim("b")?.state).toBe("sealed");
    expect(world.run()).toMatchObject({ status: "closing", terminated: order });
    await finish(`arn:aws:states:us-east-1:000000000000:execution:${EXECUTION}`, world.ports);
    await world.compensates(1);
    expect(world.run()).toMatchObject({
      status: "terminated",
      failure: { error: "Millrace.Terminated", cause: "ada: no longer wanted" },
      compensation: { undone: 1 },
    });
  });

  test("a run that ended before the command arrived keeps its own end", async () => {
    world.machines.end(EXECUTION, { status: "succeeded", output: 1 });
    await terminate(RUN, order, world.ports);
    expect(world.run()).toMatchObject({ status: "succeeded", output: 1 });
  });

  test("a run that was never started ends at once", async () => {
    const lost = await world.state.runs.change(RUN, (run) => ({ ...run, status: "accepted", epoch: 2 }));
    await terminate(RUN, order, world.ports);
    expect(lost?.epoch).toBe(2);
    expect(world.run()).toMatchObject({ status: "terminated", failure: { error: "Millrace.Terminated" } });
  });

  test("an ended run is not changed, and an unknown one is undefined", async () => {
    await world.ends(EXECUTION, { status: "succeeded" });
    expect(await terminate(RUN, order, world.ports)).toMatchObject({ status: "succeeded" });
    expect(await terminate("unknown", order, world.ports)).toBeUndefined();
  });
});

describe("a crash before or after any call is repaired by the redelivery", () => {
  type Story = (ports: EndWorld["ports"]) => Promise<unknown>;
  const arn = (id: string) => `arn:aws:states:us-east-1:000000000000:execution:${id}`;
  const stories: Record<string, { before?: () => Promise<unknown>; story: Story }> = {
    "end of the run": {
      before: async () => world.machines.end(EXECUTION, failed),
      story: (ports) => finish(arn(EXECUTION), ports),
    },
    termination: { story: (ports) => terminate(RUN, order, ports) },
    "end of the compensation, with a failed undo": {
      before: async () => {
        await world.ends(EXECUTION, failed);
        const key = await world.begins("b", { direction: "undo" });
        await world.state.claims.complete(key, "b", null, []);
        const undone = [{ epoch: 1, path: "a", error: "e", cause: "c" }];
        world.machines.end(`w_undo:${RUN}-u1`, { status: "succeeded", output: { failed: undone } });
      },
      story: (ports) => finish(arn(`w_undo:${RUN}-u1`), ports),
    },
    "late effect": {
      before: async () => {
        await world.begins("slow");
        await world.ends(EXECUTION, failed);
        await world.compensates(1);
        await world.finishes("slow");
      },
      story: (ports) => undoLate(RUN, ports),
    },
  };

  test.each(Object.entries(stories))("%s", async (_name, { before, story }) => {
    const play = async (at: number, when: string) => {
      world = await endWorld();
      for (const path of ["a", "b"]) await world.does(path);
      await before?.();
      const { ports, outcome } = crashing(world.ports, ["runs", "claims", "machines", "effects"], at, when);
      await story(ports as EndWorld["ports"]).catch(() => {});
      await story(world.ports);
      await settle();
      return { crashed: outcome.crashed, published: published(), item: stripped() };
    };
    const whole = await play(0, "never");
    let calls = 0;
    for (let at = 1; ; at++, calls++) {
      const [first, second] = [await play(at, "before"), await play(at, "after")];
      if (!first.crashed) break;
      expect(first, `before call ${at}`).toMatchObject({ ...whole, crashed: true });
      expect(second, `after call ${at}`).toMatchObject({ ...whole, crashed: true });
    }
    expect(calls).toBeGreaterThan(3);
  });

  /** Everything that is running continues to its end. */
  async function settle() {
    for (let round = 1; round < 5; round++) {
      if (world.run().status === "closing") await finish(arn(EXECUTION), world.ports);
      const open = world.machines.running().find((id) => id.startsWith("w_undo"));
      if (open) await world.compensates(Number(/u(\d+)$/.exec(open)![1]));
    }
  }
  const published = () => world.published().sort();
  const stripped = () => {
    const { status, compensation, failure } = world.run();
    return { status, compensation, failure };
  };
});

describe("the reconciler", () => {
  const sweeping = () =>
    reconcile({
      ...world.ports,
      relay: async () => 0,
      overdueDeferred: async () => [],
      wake: async () => {},
      retentionDays: 90,
    });

  test("continues a run that stopped while closing, and one whose compensation was never started", async () => {
    await world.does("a");
    const crash = (calls: number) => crashing(world.ports, ["machines"], calls, "before").ports;
    world.machines.end(EXECUTION, failed);
    await expect(finish(`x:${EXECUTION}`, crash(2) as EndWorld["ports"])).rejects.toThrow("crash");
    expect(world.run().status).toBe("closing");
    world.clock.now += 15 * MINUTE;
    const start = { ...world.ports.machines, start: async () => Promise.reject(new Error("crash")) };
    await reconcile({
      ...world.ports,
      machines: start,
      relay: async () => 0,
      overdueDeferred: async () => [],
      wake: async () => {},
      retentionDays: 90,
    });
    expect(world.run()).toMatchObject({ status: "compensating", compensation: { round: 1, open: true } });
    expect(world.machines.names()).toEqual([EXECUTION]);
    world.clock.now += 15 * MINUTE;
    await sweeping();
    expect(world.undosOf(1)).toEqual(["a"]);
    await world.compensates(1);
    expect(world.run().status).toBe("failed");
  });
});
