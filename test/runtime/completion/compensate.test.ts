import { beforeEach, describe, expect, test } from "vitest";
import { finish, undoLate } from "../../../lambdas/runtime/completion/finish.ts";
import { reconcile } from "../../../lambdas/runtime/completion/reconcile.ts";
import { again, retry } from "../../../lambdas/runtime/control/run-actions.ts";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { raceChildKey, raceKey } from "../../../lib/contract/keys/race.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { CompensationInput } from "../../../lib/contract/messages/compensation-message.ts";
import {
  type CompletionHarness,
  completionHarness,
  crashing,
  EXECUTION,
  MINUTE,
  RUN,
  terminate,
} from "./completion-harness.ts";

let harness: CompletionHarness;
beforeEach(async () => {
  harness = await completionHarness();
});

const failed = { status: "failed", failure: { error: "x", cause: "y" } } as const;
/** The ports, and what happens after the effects of a run have been read for the first time. */
function meanwhile(happens: () => Promise<void>): CompletionHarness["ports"] {
  let first = true;
  const { effects } = harness.ports;
  const of = async (run: string) => {
    const claims = await effects.of(run);
    if (first) {
      first = false;
      await happens();
    }
    return claims;
  };
  return { ...harness.ports, effects: { ...effects, of } };
}

const order = { by: "ada", why: "no longer wanted", key: "k", at: "2026-11-21T10:00:00.000Z" };

describe("a run that fails", () => {
  test("is compensated in reverse order of completion, and ends after that", async () => {
    for (const path of ["b", "a", "scenes[0]/draw"]) await harness.does(path);
    await harness.begins("c");
    await harness.ends(EXECUTION, failed);
    expect(harness.run()).toMatchObject({ status: "compensating", ending: failed });
    expect(harness.undosOf(1)).toEqual(["scenes[0]/draw", "a", "b"]);
    await harness.compensates(1);
    expect(harness.run()).toMatchObject({ ...failed, compensation: { undone: 3, failed: 0, open: false } });
    expect(harness.run()).not.toHaveProperty("ending");
    expect(harness.published().filter((name) => name !== "step.completed")).toEqual([
      "run.started",
      "step.undone",
      "step.undone",
      "step.undone",
      "run.failed",
    ]);
  });

  test("undoes no step without an undo, and ends at once if none has one", async () => {
    const key = await harness.begins("a");
    await harness.state.claims.complete(key, "a", { result: 1, emitted: [] });
    await harness.ends(EXECUTION, failed);
    expect(harness.run().status).toBe("failed");
    expect(harness.machines.names()).toEqual([EXECUTION]);
  });

  test("is undone in parts if it has many effects", async () => {
    for (let at = 0; at < 201; at++) await harness.does(`s[${at}]`);
    await harness.ends(EXECUTION, failed);
    expect(harness.undosOf(1)).toHaveLength(200);
    await harness.compensates(1);
    expect(harness.undosOf(2)).toEqual(["s[0]"]);
    expect(harness.run().status).toBe("compensating");
    await harness.compensates(2);
    expect(harness.run()).toMatchObject({ status: "failed", compensation: { undone: 201, round: 2 } });
  });

  test("with an undo that fails has it escalated, and the rest undone", async () => {
    for (const path of ["a", "b", "c"]) await harness.does(path);
    await harness.ends(EXECUTION, failed);
    await harness.compensates(1, ["b"]);
    expect(harness.run()).toMatchObject({ status: "failed", compensation: { undone: 2, failed: 1 } });
    const given = harness.state.changes.flatMap(({ before, after }) => eventsOf(before, after));
    const escalated = given.filter(({ name }) => name === "escalation.raised");
    expect(escalated).toMatchObject([{ data: { path: "b", why: "undo failed", step: "undo-b" } }]);
  });

  test("in a later epoch undoes the effects that it uses of an earlier one, once", async () => {
    await harness.does("a");
    await harness.does("b");
    await harness.ends(EXECUTION, failed);
    // One undo is given up before it begins, so that the effect still exists.
    await harness.compensates(1, ["a"]);
    expect(harness.run()).toMatchObject({ status: "failed", compensation: { undone: 1, failed: 1 } });
    await harness.state.runs.change(RUN, retry({ ...order, key: "retry" }, harness.clock.now));
    await harness.begin(2);
    const key = await harness.begins("a", { epoch: 2 });
    expect(await harness.state.claims.reuse(key, "a", harness.claim("a")!)).toBe("completed");
    await harness.ends(`w:${RUN}-e2`, failed);
    const { undos } = harness.machines.inputOf<CompensationInput>(`w_undo:${RUN}-u2`);
    expect(undos).toMatchObject([{ path: "a", epoch: 2 }]);
    await harness.compensates(2);
    expect(harness.run()).toMatchObject({ status: "failed", compensation: { undone: 2, failed: 0 } });
  });

  test("does not undo a late effect that a later epoch used before its undo began", async () => {
    await harness.begins("slow");
    await harness.ends(EXECUTION, failed);
    await harness.state.runs.change(RUN, retry({ ...order, key: "retry" }, harness.clock.now));
    await harness.begin(2);
    await harness.finishes("slow");
    const key = await harness.begins("slow", { epoch: 2 });
    expect(await harness.state.claims.reuse(key, "slow", harness.claim("slow")!)).toBe("completed");
    await undoLate(RUN, harness.ports);
    expect(harness.run()).not.toHaveProperty("compensation");
    await harness.ends(`w:${RUN}-e2`, { status: "succeeded" });
    expect(harness.run().status).toBe("succeeded");
    expect(harness.machines.names()).not.toContain(`w_undo:${RUN}-u1`);
  });

  test("whose compensation is stopped as a whole escalates everything that was not undone", async () => {
    for (const path of ["a", "b"]) await harness.does(path);
    await harness.ends(EXECUTION, failed);
    const key = await harness.begins("b", { direction: "undo" });
    await harness.state.claims.complete(key, "b", { result: null, emitted: [] });
    const failure = { error: "States.Timeout", cause: "" };
    await harness.ends(`w_undo:${RUN}-u1`, { status: "timed-out", failure });
    expect(harness.run()).toMatchObject({ status: "failed", compensation: { undone: 1, failed: 1 } });
    expect(harness.claim("a", "undo")).toMatchObject({ givenUp: failure });
  });
});

describe("a decided race", () => {
  const decide = (winner: string) =>
    harness.state.races.decide({
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
    await harness.does("before");
    await harness.does("first.a/x");
    await harness.does("first.b/x");
    await harness.does("first.b/y");
    await decide("a");
    expect(await undoLate(RUN, harness.ports)).toBe("finished");
    expect(harness.undosOf(1)).toEqual(["first.b/y", "first.b/x"]);
    expect(harness.run().status).toBe("running");
    await harness.compensates(1);
    expect(harness.run()).toMatchObject({ status: "running", compensation: { undone: 2, open: false } });
    await harness.ends(EXECUTION, { status: "succeeded" });
    expect(harness.run()).toMatchObject({ status: "succeeded", compensation: { undone: 2 } });
  });

  test("is undone although the run succeeds while that begins", async () => {
    await harness.does("first.a/x");
    await harness.does("first.b/x");
    await decide("a");
    expect(
      await undoLate(
        RUN,
        meanwhile(() => harness.ends(EXECUTION, { status: "succeeded" })),
      ),
    ).toBe("finished");
    expect(harness.run()).toMatchObject({ status: "succeeded", compensation: { open: true } });
    expect(harness.undosOf(1)).toEqual(["first.b/x"]);
    await harness.compensates(1);
    expect(harness.run()).toMatchObject({ status: "succeeded", compensation: { undone: 1, open: false } });
  });

  test("is undone later if the run is closed while that begins, and then succeeds", async () => {
    await harness.does("first.a/x");
    await harness.does("first.b/x");
    await decide("a");
    const closes = async () => void (await terminate(RUN, order, harness.ports));
    expect(await undoLate(RUN, meanwhile(closes))).toBe("later");
    await harness.ends(EXECUTION, { status: "succeeded" });
    expect(await undoLate(RUN, harness.ports)).toBe("finished");
    expect(harness.undosOf(1)).toEqual(["first.b/x"]);
  });

  test("seals what its losers have begun also after the restarted run has ended", async () => {
    await harness.begins("first.b/x");
    await decide("a");
    await harness.state.runs.change(RUN, (run) => ({ ...run, status: "succeeded" }));
    await harness.state.runs.change(RUN, again({ ...order, key: "k" }, harness.clock.now));
    await harness.state.runs.change(RUN, (run) => ({ ...run, status: "succeeded" }));
    await undoLate(RUN, harness.ports);
    expect(harness.claim("first.b/x")?.state).toBe("sealed");
  });

  test("seals what its losers have begun, and undoes it when it is done", async () => {
    await harness.begins("first.a/x");
    await harness.begins("first.b/x");
    await decide("a");
    await undoLate(RUN, harness.ports);
    expect(harness.machines.names()).not.toContain(`w_undo:${RUN}-u1`);
    expect(await harness.finishes("first.b/x")).toBe("late");
    expect(await harness.finishes("first.a/x")).toBe("completed");
    await undoLate(RUN, harness.ports);
    expect(harness.undosOf(1)).toEqual(["first.b/x"]);
  });

  test("seals what its losers have begun also after the run was restarted, and in no other epoch", async () => {
    await harness.begins("first.a/x");
    await harness.begins("first.b/x");
    await decide("a");
    await harness.state.runs.change(RUN, (run) => ({ ...run, status: "succeeded" }));
    await harness.state.runs.change(RUN, again({ ...order, key: "k" }, harness.clock.now));
    await harness.begins("first.b/x", { epoch: 2 });
    await undoLate(RUN, harness.ports);
    expect(harness.claim("first.b/x", "do", 2)?.state).toBe("running");
    expect(harness.claim("first.a/x")?.state).toBe("running");
    expect(await harness.finishes("first.b/x")).toBe("late");
    await undoLate(RUN, harness.ports);
    expect(harness.undosOf(1)).toEqual(["first.b/x"]);
  });

  test("of a run that fails later: each effect is undone once, those of the winner too", async () => {
    await harness.does("first.a/x");
    await harness.does("first.b/x");
    await decide("a");
    await undoLate(RUN, harness.ports);
    await harness.compensates(1);
    await harness.ends(EXECUTION, failed);
    expect(harness.undosOf(2)).toEqual(["first.a/x"]);
    await harness.compensates(2);
    expect(harness.run()).toMatchObject({ status: "failed", compensation: { undone: 2, failed: 0 } });
  });

  test("terminates a run that a loser has called, once it exists", async () => {
    await harness.state.races.call(child);
    await decide("a");
    expect(await undoLate(RUN, harness.ports)).toBe("later");
    expect(harness.terminations.size).toBe(0);
    harness.state.put({ ...harness.run(), ...runKey("film-1"), run: "film-1" });
    expect(await undoLate(RUN, harness.ports)).toBe("finished");
    expect([...harness.terminations.values()]).toMatchObject([
      { action: "terminate", target: { run: "film-1" }, by: "race" },
    ]);
  });

  test("does not end a run that the winner has called", async () => {
    await harness.state.races.call(child);
    await decide("b");
    expect(await undoLate(RUN, harness.ports)).toBe("finished");
    expect(harness.terminations.size).toBe(0);
  });
});

describe("a late effect", () => {
  test("while the run is compensated is undone by a further execution, before the run ends", async () => {
    await harness.does("a");
    await harness.begins("slow");
    await harness.ends(EXECUTION, failed);
    expect(await harness.finishes("slow")).toBe("late");
    expect(await undoLate(RUN, harness.ports)).toBe("finished");
    await harness.compensates(1);
    expect(harness.run().status).toBe("compensating");
    expect(harness.undosOf(2)).toEqual(["slow"]);
    await harness.compensates(2);
    expect(harness.run()).toMatchObject({ status: "failed", compensation: { undone: 2, failed: 0 } });
  });

  test.each(["failed", "succeeded"] as const)(
    "after the run %s is undone alone, and counted",
    async (status) => {
      await harness.does("a");
      await harness.begins("slow");
      await harness.ends(EXECUTION, { status });
      if (status === "failed") await harness.compensates(1);
      await harness.finishes("slow");
      await undoLate(RUN, harness.ports);
      const round = status === "failed" ? 2 : 1;
      expect(harness.undosOf(round)).toEqual(["slow"]);
      expect(harness.run().status).toBe(status);
      await harness.compensates(round);
      expect(harness.run()).toMatchObject({
        status,
        compensation: { undone: round, failed: 0, open: false },
      });
      expect(harness.published().filter((name) => name === `run.${status}`)).toHaveLength(1);
    },
  );

  test("between the last check and the run's end is not forgotten", async () => {
    await harness.does("a");
    await harness.begins("slow");
    await harness.ends(EXECUTION, failed);
    let looks = 0;
    const of = async (run: string) => {
      const seen = await harness.ports.effects.of(run);
      if (++looks !== 2) return seen;
      await harness.finishes("slow");
      await undoLate(RUN, harness.ports);
      return seen;
    };
    const undone = await harness.begins("a", { direction: "undo" });
    await harness.state.claims.complete(undone, "a", { result: null, emitted: [] });
    const announced = harness.machines.end(`w_undo:${RUN}-u1`, {
      status: "succeeded",
      output: { failed: [] },
    });
    await finish(announced, { ...harness.ports, effects: { ...harness.ports.effects, of } });
    expect(harness.run().status).toBe("compensating");
    expect(harness.undosOf(2)).toEqual(["slow"]);
    await harness.compensates(2);
    expect(harness.run()).toMatchObject({ status: "failed", compensation: { undone: 2 } });
  });

  test("while the run is being closed is checked again later", async () => {
    await harness.state.runs.change(RUN, (run) => ({ ...run, status: "closing" }));
    expect(await undoLate(RUN, harness.ports)).toBe("later");
  });
});

describe("terminating", () => {
  test("stops the execution, whose end continues; the command is the reason", async () => {
    await harness.does("a");
    await harness.begins("b");
    await terminate(RUN, order, harness.ports);
    expect(harness.machines.stopped).toEqual([EXECUTION]);
    expect(harness.claim("b")?.state).toBe("sealed");
    expect(harness.run()).toMatchObject({ status: "closing", terminated: order });
    await finish(`arn:aws:states:us-east-1:000000000000:execution:${EXECUTION}`, harness.ports);
    await harness.compensates(1);
    expect(harness.run()).toMatchObject({
      status: "terminated",
      failure: { error: "Millrace.Terminated", cause: "ada: no longer wanted" },
      compensation: { undone: 1 },
    });
  });

  test("a run that ended before the command arrived keeps its own end", async () => {
    harness.machines.end(EXECUTION, { status: "succeeded", output: 1 });
    await terminate(RUN, order, harness.ports);
    expect(harness.run()).toMatchObject({ status: "succeeded", output: 1 });
  });

  test("a run that was never started ends at once", async () => {
    const lost = await harness.state.runs.change(RUN, (run) => ({ ...run, status: "accepted", epoch: 2 }));
    await terminate(RUN, order, harness.ports);
    expect(lost?.epoch).toBe(2);
    expect(harness.run()).toMatchObject({ status: "terminated", failure: { error: "Millrace.Terminated" } });
  });

  test("an ended run is not changed, and an unknown one is undefined", async () => {
    await harness.ends(EXECUTION, { status: "succeeded" });
    expect(await terminate(RUN, order, harness.ports)).toMatchObject({ status: "succeeded" });
    expect(await terminate("unknown", order, harness.ports)).toBeUndefined();
  });
});

describe("a crash before or after any call is repaired by the redelivery", () => {
  type Story = (ports: CompletionHarness["ports"]) => Promise<unknown>;
  const arn = (id: string) => `arn:aws:states:us-east-1:000000000000:execution:${id}`;
  const stories: Record<string, { before?: () => Promise<unknown>; story: Story }> = {
    "end of the run": {
      before: async () => harness.machines.end(EXECUTION, failed),
      story: (ports) => finish(arn(EXECUTION), ports),
    },
    termination: { story: (ports) => terminate(RUN, order, ports) },
    "end of the compensation, with a failed undo": {
      before: async () => {
        await harness.ends(EXECUTION, failed);
        const key = await harness.begins("b", { direction: "undo" });
        await harness.state.claims.complete(key, "b", { result: null, emitted: [] });
        const undone = [{ epoch: 1, path: "a", error: "e", cause: "c" }];
        harness.machines.end(`w_undo:${RUN}-u1`, { status: "succeeded", output: { failed: undone } });
      },
      story: (ports) => finish(arn(`w_undo:${RUN}-u1`), ports),
    },
    "late effect": {
      before: async () => {
        await harness.begins("slow");
        await harness.ends(EXECUTION, failed);
        await harness.compensates(1);
        await harness.finishes("slow");
      },
      story: (ports) => undoLate(RUN, ports),
    },
  };

  test.each(Object.entries(stories))("%s", async (_name, { before, story }) => {
    const play = async (at: number, when: string) => {
      harness = await completionHarness();
      for (const path of ["a", "b"]) await harness.does(path);
      await before?.();
      const { ports, outcome } = crashing(harness.ports, ["runs", "claims", "machines", "effects"], at, when);
      await story(ports as CompletionHarness["ports"]).catch(() => {});
      await story(harness.ports);
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
      if (harness.run().status === "closing") await finish(arn(EXECUTION), harness.ports);
      const open = harness.machines.running().find((id) => id.startsWith("w_undo"));
      if (open) await harness.compensates(Number(/u(\d+)$/.exec(open)![1]));
    }
  }
  const published = () => harness.published().sort();
  const stripped = () => {
    const { status, compensation, failure } = harness.run();
    return { status, compensation, failure };
  };
});

describe("the reconciler", () => {
  const sweeping = () =>
    reconcile({
      ...harness.ports,
      relay: async () => 0,
      overdueDeferred: async () => [],
      wake: async () => {},
      retentionDays: 90,
    });

  test("continues a run that stopped while closing, and one whose compensation was never started", async () => {
    await harness.does("a");
    const crash = (calls: number) => crashing(harness.ports, ["machines"], calls, "before").ports;
    harness.machines.end(EXECUTION, failed);
    await expect(finish(`x:${EXECUTION}`, crash(2) as CompletionHarness["ports"])).rejects.toThrow("crash");
    expect(harness.run().status).toBe("closing");
    harness.clock.now += 15 * MINUTE;
    const start = { ...harness.ports.machines, start: async () => Promise.reject(new Error("crash")) };
    await reconcile({
      ...harness.ports,
      machines: start,
      relay: async () => 0,
      overdueDeferred: async () => [],
      wake: async () => {},
      retentionDays: 90,
    });
    expect(harness.run()).toMatchObject({ status: "compensating", compensation: { round: 1, open: true } });
    expect(harness.machines.names()).toEqual([EXECUTION]);
    harness.clock.now += 15 * MINUTE;
    await sweeping();
    expect(harness.undosOf(1)).toEqual(["a"]);
    await harness.compensates(1);
    expect(harness.run().status).toBe("failed");
  });
});
