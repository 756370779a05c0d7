import { beforeEach, describe, expect, test, vi } from "vitest";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import type { StepFunction } from "../../../lambdas/runtime/work/context.ts";
import { CLOCK_TOLERANCE } from "../../../lambdas/runtime/work/effect.ts";
import { ask, giveUp } from "../../../lib/contract/failure.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import {
  BEGAN,
  Charged,
  charge,
  first,
  key,
  LEASE_OF_A_DEAD_WORKER,
  never,
  RUN,
  succeeds,
  workHarness,
} from "./work-harness.ts";

const chargeOnce = { ...charge, onLeaseExpiry: "ask" as const };

let harness: ReturnType<typeof workHarness>;
beforeEach(() => {
  harness = workHarness();
});

test("runs the code once and answers the token with its result", async () => {
  const code = succeeds();
  expect(await harness.deliver({}, code)).toEqual({ kind: "reported", answer: "success", delivered: true });
  expect(harness.machines.answers).toEqual([{ token: "t1", output: '{"receipt":"ok"}' }]);
});

test("the same message a hundred times at once: one effect, one answer", async () => {
  let effects = 0;
  const code = async () => {
    effects++;
    await new Promise(setImmediate);
    return { receipt: "ok" };
  };
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => harness.deliver({}, code)));
  expect(effects).toBe(1);
  expect(harness.machines.answers).toHaveLength(1);
  const later = outcomes.filter(({ kind }) => kind === "later");
  expect(later.length).toBeGreaterThan(0);
  expect(later.every((outcome) => outcome.kind === "later" && outcome.at > harness.clock.now)).toBe(true);
});

test("later deliveries answer their own token with the stored result", async () => {
  await harness.deliver({}, succeeds());
  await harness.deliver({ taskToken: "t2", attempt: 2 }, never);
  expect(harness.machines.answers.at(-1)).toEqual({ token: "t2", output: '{"receipt":"ok"}' });
});

test("a token without a waiting state is no error", async () => {
  harness.machines.gone.add("t1");
  expect(await harness.deliver({}, succeeds())).toEqual({
    kind: "reported",
    answer: "success",
    delivered: false,
  });
});

describe("failures of handlers are answers, by class", () => {
  const cases: [string, () => Error, string, string][] = [
    ["anything thrown", () => new TypeError("odd"), "Millrace.Retry", "retry"],
    ["giveUp", () => giveUp("wrong card"), "Millrace.GiveUp", "give-up"],
    ["ask", () => ask("did it happen?"), "Millrace.Ask", "ask"],
  ];
  test.each(cases)("%s", async (_, failure, error, policy) => {
    const outcome = await harness.deliver({}, async () => {
      throw failure();
    });
    expect(outcome).toMatchObject({ kind: "reported", answer: "failure" });
    expect(harness.machines.answers).toMatchObject([{ token: "t1", error }]);
    expect(JSON.parse(harness.machines.answers[0]!.cause!)).toMatchObject({
      path: "charge",
      attempt: 1,
      policy,
    });
    expect((harness.state.get(key) as ClaimItem).state).toBe("failed");
  });

  test("the retry of the state machine runs again; the failed attempt's late duplicate does not", async () => {
    await harness.deliver({}, () => Promise.reject(new Error("once")));
    harness.machines.gone.delete("t1");
    await harness.deliver({}, never);
    expect(harness.machines.answers.map(({ error }) => error)).toEqual(["Millrace.Retry", "Millrace.Retry"]);
    await harness.deliver({ taskToken: "t2", attempt: 2 }, succeeds());
    expect(harness.machines.answers.at(-1)).toMatchObject({ token: "t2", output: '{"receipt":"ok"}' });
  });

  test("after a redrive attempts count from 1 again, and the first runs", async () => {
    await harness.deliver({ attempt: 3 }, () => Promise.reject(new Error("three times")));
    await harness.deliver({ taskToken: "t2", attempt: 1, entered: "2026-11-21T10:05:00.000Z" }, succeeds());
    expect(harness.machines.answers.at(-1)).toMatchObject({ token: "t2", output: '{"receipt":"ok"}' });
  });

  test("invalid input or output is given up, with the name of the field", async () => {
    await harness.deliver({ input: { cents: "many" } }, never);
    expect(harness.machines.answers[0]).toMatchObject({
      error: "Millrace.GiveUp",
      cause: expect.stringContaining("cents"),
    });
    await harness.deliver({ taskToken: "t2", path: "other" }, async () => ({ receipt: 1 }));
    expect(harness.machines.answers[1]).toMatchObject({
      error: "Millrace.GiveUp",
      cause: expect.stringContaining("receipt"),
    });
  });

  test("a result that is too large for a state machine is given up with the remedy", async () => {
    await harness.deliver({}, async () => ({ receipt: "x".repeat(300_000) }));
    expect(harness.machines.answers[0]).toMatchObject({
      error: "Millrace.GiveUp",
      cause: expect.stringContaining("artifacts"),
    });
  });

  test("the timer of a step that is done is cleared", async () => {
    vi.useFakeTimers();
    try {
      await harness.deliver({}, succeeds());
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("timeout: the signal is aborted, and the attempt has failed", async () => {
    vi.useFakeTimers();
    let signal: AbortSignal | undefined;
    const outcome = harness.deliver({}, async (_input, context) => {
      signal = context.signal;
      return await new Promise(() => {});
    });
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();
    expect(await outcome).toMatchObject({ answer: "failure" });
    expect(signal?.aborted).toBe(true);
    expect(harness.machines.answers[0]).toMatchObject({
      error: "Millrace.Retry",
      cause: expect.stringContaining("10 seconds"),
    });
  });
});

describe("a worker that dies", () => {
  /** A claim whose holder never came back. */
  async function die(spec = charge) {
    const killed = harness.ports.startConditions.read;
    harness.ports.startConditions.read = () => Promise.reject(new Error("killed"));
    await expect(harness.deliver({}, never, spec)).rejects.toThrow("killed");
    harness.ports.startConditions.read = killed;
  }

  test("holds its claim until the lease ends; then another attempt runs", async () => {
    await die();
    expect(await harness.deliver({}, never)).toMatchObject({ kind: "later" });
    expect(harness.counts.get("WorkersDied")).toBeUndefined();
    harness.clock.now += LEASE_OF_A_DEAD_WORKER + 6_000;
    expect(await harness.deliver({}, succeeds())).toMatchObject({ answer: "success" });
    expect(harness.counts.get("WorkersDied")).toBe(1);
  });

  test.each([-CLOCK_TOLERANCE, 0, CLOCK_TOLERANCE - 1])(
    "is not considered dead while its function may live, by a worker whose clock differs by %d ms",
    async (skew) => {
      await die();
      const stopped = BEGAN + LEASE_OF_A_DEAD_WORKER;
      for (const time of [BEGAN + 1, (BEGAN + stopped) / 2, stopped]) {
        harness.clock.now = time + skew;
        expect(await harness.deliver({}, never)).toMatchObject({ kind: "later" });
      }
      harness.clock.now = stopped + CLOCK_TOLERANCE;
      expect(await harness.deliver({}, succeeds())).toMatchObject({ answer: "success" });
      expect(CLOCK_TOLERANCE).toBe(5_000);
    },
  );

  test("if the effect must never run twice, a person is asked instead", async () => {
    await die(chargeOnce);
    harness.clock.now += LEASE_OF_A_DEAD_WORKER + 6_000;
    expect(await harness.deliver({}, never, chargeOnce)).toMatchObject({ answer: "failure" });
    expect(harness.machines.answers[0]).toMatchObject({ error: "Millrace.Ask" });
    expect(eventsOf(undefined, harness.state.get(key)).map(({ name }) => name)).toEqual([
      "step.failed",
      "escalation.raised",
    ]);
  });

  test("after completing and before answering: the redelivery answers, and nothing runs again", async () => {
    const succeed = harness.ports.executions.succeed;
    harness.ports.executions.succeed = () => Promise.reject(new Error("killed"));
    await expect(harness.deliver({}, succeeds())).rejects.toThrow("killed");
    harness.ports.executions.succeed = succeed;
    expect(await harness.deliver({}, never)).toMatchObject({ answer: "success" });
  });

  test("after failing and before answering: the redelivery answers with the failure", async () => {
    const fail = harness.ports.executions.fail;
    harness.ports.executions.fail = () => Promise.reject(new Error("killed"));
    await expect(harness.deliver({}, () => Promise.reject(new Error("no")))).rejects.toThrow("killed");
    harness.ports.executions.fail = fail;
    expect(await harness.deliver({}, never)).toMatchObject({ answer: "failure" });
  });

  test("a slow one finds that its claim was taken over, and does not answer", async () => {
    const outcome = harness.deliver({}, async () => {
      harness.clock.now += LEASE_OF_A_DEAD_WORKER + 6_000;
      await harness.deliver({}, succeeds());
      return { receipt: "slow" };
    });
    expect(await outcome).toMatchObject({ kind: "dropped" });
    expect(harness.machines.answers).toEqual([{ token: "t1", output: '{"receipt":"ok"}' }]);
  });
});

describe("the end of a run", () => {
  test("nothing starts once the run is closing", async () => {
    harness.change({ status: "closing" });
    expect(await harness.deliver({}, never)).toMatchObject({ kind: "dropped" });
  });

  test("a completion after the seal is stored as late, and answers no token", async () => {
    const outcome = await harness.deliver({}, async () => {
      harness.change({ status: "closing" });
      await harness.state.claims.seal(RUN, 1);
      return { receipt: "late" };
    });
    expect(outcome).toMatchObject({ kind: "dropped" });
    expect(harness.state.get(key)).toMatchObject({ state: "sealed", late: { receipt: "late" } });
    expect(harness.machines.answers).toEqual([]);
  });

  test("a message of a run that does not exist is dropped", async () => {
    expect(await harness.deliver({ run: { ...first.run, id: "unknown" } }, never)).toMatchObject({
      kind: "dropped",
    });
  });
});

test("events that a handler emits are published with the completion, under derived ids; none if it fails", async () => {
  await harness.deliver({}, async (_input, { emit }) => {
    await emit(Charged, { cents: 100 });
    throw new Error("after emitting");
  });
  expect(eventsOf(undefined, harness.state.get(key)).map(({ name }) => name)).toEqual(["step.failed"]);
  await harness.deliver({ taskToken: "t2", attempt: 2 }, async (_input, { emit }) => {
    await emit(Charged, { cents: 100 });
    return { receipt: "ok" };
  });
  const published = eventsOf(undefined, harness.state.get(key));
  expect(published.map(({ name }) => name)).toEqual(["step.completed", "card.charged"]);
  expect(published[1]).toMatchObject({
    data: { cents: 100 },
    correlation: "c",
    causation: "e",
    hops: 1,
    source: "w",
  });
  expect(eventsOf(undefined, harness.state.get(key))).toEqual(published);
});

test("the idempotency key is the same for every attempt of an effect and different for another path", async () => {
  const keys: string[] = [];
  const note: StepFunction<any, any> = async (_input, context) => {
    keys.push(context.idempotencyKey);
    throw new Error("again");
  };
  await harness.deliver({}, note);
  await harness.deliver({ taskToken: "t2", attempt: 2 }, note);
  await harness.deliver({ taskToken: "t3", path: "charge[1]" }, note);
  expect(keys[0]).toBe(keys[1]);
  expect(keys[0]).not.toBe(keys[2]);
});

test("an attempt that emits far too many events gives up with a remedy", async () => {
  await harness.deliver({}, async (_input, { emit }) => {
    for (let cents = 0; cents <= 100; cents++) await emit(Charged, { cents });
    return { receipt: "ok" };
  });
  expect(harness.state.get(key)).toMatchObject({
    state: "failed",
    failure: {
      policy: "give-up",
      name: "TooManyEvents",
      message: expect.stringContaining("Emit one event"),
    },
  });
});

test("events of one name that are emitted at the same time are two, each with an id of its own", async () => {
  await harness.deliver({}, async (_input, { emit }) => {
    await Promise.all([emit(Charged, { cents: 1 }), emit(Charged, { cents: 2 })]);
    return { receipt: "ok" };
  });
  const { emitted } = harness.state.get(key) as ClaimItem;
  expect(new Set(emitted!.map(({ id }) => id)).size).toBe(2);
});

describe("a failed attempt", () => {
  const fails = async (): Promise<never> => {
    throw new TypeError("no customer");
  };
  const levels = () =>
    harness.lines.filter(({ message }) => message.includes("no customer")).map(({ level }) => level);

  test("is a warning; the last one is an error, and says how many there were", async () => {
    for (const attempt of [1, 2, 3]) await harness.deliver({ attempt }, fails);
    expect(levels()).toEqual(["warn", "warn", "error"]);
    expect(harness.lines.findLast(({ level }) => level === "error")?.message).toBe(
      "charge failed after 3 attempts: TypeError: no customer",
    );
  });

  test("that is final is an error at once", async () => {
    await harness.deliver({}, async () => {
      throw giveUp("no customer");
    });
    expect(levels()).toEqual(["error"]);
  });

  test("stores the position in the code; the state machine gets the location only", async () => {
    const site = {
      location: "steps/charge.lambda.ts:5:45",
      stack: "at steps/charge.lambda.ts:5:45",
      code: "> 5 | x",
    };
    harness.ports.throwSite = () => site;
    await harness.deliver({}, fails);
    expect((harness.state.get(key) as ClaimItem).failure).toMatchObject(site);
    const { cause } = harness.machines.answers[0] as { cause: string };
    expect(JSON.parse(cause)).toMatchObject({ name: "TypeError", location: site.location });
    expect(cause).not.toMatch(/stack|code/);
    const published = JSON.stringify(eventsOf(undefined, harness.state.get(key) as ClaimItem));
    expect(published).toContain(site.location);
    expect(published).not.toContain("> 5");
  });
});
