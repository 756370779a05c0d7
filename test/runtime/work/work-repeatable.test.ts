import { beforeEach, describe, expect, test } from "vitest";
import { changeEventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { ask, waitAndRetry } from "../../../lib/contract/failure.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import { Charged, charge, deferred, first, key, never, RUN, succeeds, workHarness } from "./work-harness.ts";

const count = { ...charge, emits: [], repeatable: true } as const;

let harness: ReturnType<typeof workHarness>;
beforeEach(() => {
  harness = workHarness();
});
const claim = () => harness.state.get(key) as ClaimItem | undefined;
const deliver: typeof harness.deliver = (message, code) => harness.deliver(message, code, count as never);
const written = () => harness.state.changes.filter(({ after }) => after?.kind === "claim").length;
const answers = () => harness.machines.answers;
/** Code that waits for the instruction how to end. */
const held = () => {
  const { promise, resolve, reject } = Promise.withResolvers<{ receipt: string }>();
  return { code: () => promise, resolve, reject };
};

test("one write: the completion, with the times of the attempt", async () => {
  const slow = held();
  const delivery = deliver({}, slow.code);
  await new Promise(setImmediate);
  expect(claim()).toBeUndefined();
  const began = new Date(harness.clock.now).toISOString();
  harness.clock.now += 2_000;
  slow.resolve({ receipt: "ok" });
  expect(await delivery).toEqual({ kind: "reported", answer: "success", delivered: true });
  expect(written()).toBe(1);
  expect(claim()).toMatchObject({
    state: "done",
    result: { receipt: "ok" },
    attempt: 1,
    path: "charge",
    startedAt: began,
    endedAt: new Date(harness.clock.now).toISOString(),
  });
  const [{ before, after }] = harness.state.changes.slice(-1) as [any];
  expect(changeEventsOf(before, after).map(({ event }) => event.name)).toEqual(["step.completed"]);
});

test("the claim and what decides about the start are read in the same turn, and each once", async () => {
  const { claims, startConditions } = harness.ports;
  const reads: string[] = [];
  let turn = 0;
  Object.assign(harness.ports, {
    claims: {
      ...claims,
      async read(...keys: Parameters<typeof claims.read>) {
        reads.push(`claim ${turn}`);
        await new Promise(setImmediate);
        turn++;
        return await claims.read(...keys);
      },
    },
    startConditions: {
      async read(...asked: Parameters<typeof startConditions.read>) {
        reads.push(`conditions ${turn}`);
        return await startConditions.read(...asked);
      },
    },
  });
  expect(await deliver({}, succeeds())).toMatchObject({ kind: "reported" });
  expect(reads.sort()).toEqual(["claim 0", "conditions 0"]);
});

test("an event that it emits is refused, since nothing would publish it", async () => {
  await deliver({}, async (_, { emit }) => {
    await emit(Charged, { cents: 100 });
    return { receipt: "ok" };
  });
  expect(claim()).toMatchObject({ state: "failed", failure: { name: "RepeatableEmits", policy: "give-up" } });
});

test("a delivery after it is done returns the stored result, and runs nothing", async () => {
  await deliver({}, succeeds());
  const again = succeeds();
  await deliver({ taskToken: "t2", attempt: 2 }, again);
  expect(again).not.toHaveBeenCalled();
  expect(answers().at(-1)).toEqual({ token: "t2", output: '{"receipt":"ok"}' });
  expect(written()).toBe(1);
});

describe("two deliveries at the same time", () => {
  test("both run, the first result counts, and both answer with it", async () => {
    const [one, two] = [held(), held()];
    const both = [deliver({ taskToken: "t1" }, one.code), deliver({ taskToken: "t2" }, two.code)];
    await new Promise(setImmediate);
    two.resolve({ receipt: "second" });
    await both[1];
    one.resolve({ receipt: "first" });
    expect(await both[0]).toMatchObject({ kind: "reported", answer: "success" });
    expect(answers().map(({ output }) => output)).toEqual(['{"receipt":"second"}', '{"receipt":"second"}']);
    expect(claim()!.result).toEqual({ receipt: "second" });
    expect(written()).toBe(1);
  });

  test("a failure after a result is the result, since the first may have died before it answered", async () => {
    const [one, two] = [held(), held()];
    const both = [deliver({ taskToken: "t1" }, one.code), deliver({ taskToken: "t2" }, two.code)];
    await new Promise(setImmediate);
    harness.machines.gone.add("t1");
    one.resolve({ receipt: "ok" });
    await both[0];
    two.reject(new Error("no"));
    expect(await both[1]).toMatchObject({ kind: "reported", answer: "success", delivered: true });
    expect(claim()!.state).toBe("done");
  });

  test("a result after a failure of the same attempt is kept for the next attempt", async () => {
    const [one, two] = [held(), held()];
    const both = [deliver({ taskToken: "t1" }, one.code), deliver({ taskToken: "t1" }, two.code)];
    await new Promise(setImmediate);
    one.reject(new Error("no"));
    expect(await both[0]).toMatchObject({ answer: "failure" });
    two.resolve({ receipt: "ok" });
    await both[1];
    expect(claim()).toMatchObject({ state: "done", result: { receipt: "ok" } });
    expect(claim()).not.toHaveProperty("failure");
    await deliver({ taskToken: "t2", attempt: 2 }, never);
    expect(answers().at(-1)).toEqual({ token: "t2", output: '{"receipt":"ok"}' });
  });
});

describe("failures", () => {
  test("are written before they are answered, with their attempt; the next attempt runs", async () => {
    await deliver({}, () => Promise.reject(new Error("no")));
    expect(claim()).toMatchObject({ state: "failed", attempt: 1, failure: { message: "no" } });
    harness.machines.gone.delete("t1");
    const again = succeeds();
    await deliver({}, again);
    expect(again).not.toHaveBeenCalled();
    expect(answers().map(({ error }) => error)).toEqual(["Millrace.Retry", "Millrace.Retry"]);
    await deliver({ taskToken: "t2", attempt: 2 }, succeeds());
    expect(claim()).toMatchObject({ state: "done", attempt: 2 });
    expect(claim()).not.toHaveProperty("failure");
  });

  test("of an earlier attempt do not replace that of a later one", async () => {
    const slow = held();
    const late = deliver({ attempt: 1 }, slow.code);
    await new Promise(setImmediate);
    await deliver({ taskToken: "t2", attempt: 2 }, () => Promise.reject(new Error("second")));
    slow.reject(new Error("first"));
    await late;
    expect(claim()).toMatchObject({ attempt: 2, failure: { message: "second" } });
  });

  test("that ask a person are answered as such", async () => {
    await deliver({}, () => Promise.reject(ask("is it right?")));
    expect(answers()).toMatchObject([{ error: "Millrace.Ask" }]);
    expect(claim()!.state).toBe("failed");
    expect(claim()).not.toHaveProperty("doubt");
  });
});

describe("nothing begins, and nothing is written", () => {
  test("in a paused run: the message is deferred, and begins when it is delivered again", async () => {
    harness.change({ paused: { by: "ada", why: "look", key: "k", at: "2026-11-21T10:00:00.000Z" } });
    expect(await deliver({}, never)).toMatchObject({ kind: "deferred" });
    expect(written()).toBe(0);
    harness.change({ paused: undefined });
    await harness.resend(deferred);
    expect(await deliver({}, succeeds())).toMatchObject({ answer: "success" });
  });

  test("in a run that is closing", async () => {
    harness.change({ status: "closing" });
    expect(await deliver({}, never)).toMatchObject({ kind: "dropped" });
    expect(written()).toBe(0);
  });

  test("when the code asks to wait", async () => {
    const wait = () => Promise.reject(waitAndRetry("busy", 60_000));
    expect(await deliver({}, wait)).toMatchObject({ kind: "deferred" });
    expect(written()).toBe(0);
  });
});

describe("a run that has ended", () => {
  test("a failed claim that was sealed stays so: a late result is dropped", async () => {
    const slow = held();
    await deliver({}, () => Promise.reject(new Error("no")));
    const late = deliver({ taskToken: "t2", attempt: 2 }, slow.code);
    await new Promise(setImmediate);
    await harness.state.claims.seal(RUN, 1);
    slow.resolve({ receipt: "ok" });
    expect(await late).toMatchObject({ kind: "dropped" });
    expect(claim()!.state).toBe("sealed");
  });

  test("a later epoch reuses the result with one write", async () => {
    await deliver({}, succeeds());
    harness.change({ epoch: 2 });
    const before = written();
    await deliver({ taskToken: "t2", run: { ...first.run, epoch: 2 } }, never);
    expect(answers().at(-1)).toEqual({ token: "t2", output: '{"receipt":"ok"}' });
    expect(written() - before).toBe(1);
    expect(harness.state.get(claimKey(RUN, 2, "charge"))).toMatchObject({ state: "done", reusedFrom: 1 });
  });
});

test("a claim of a version that was not repeatable is waited for while its worker may live", async () => {
  const request = { key, owner: "other", lease: harness.clock.now + 60_000, fence: 1, takeover: true };
  const about = {
    run: RUN,
    epoch: 1,
    workflow: "w",
    step: "charge",
    path: "charge",
    direction: "do" as const,
  };
  await harness.state.claims.claim({
    ...request,
    about: { ...about, attempt: 1, correlation: "c", cause: "e", hops: 0 },
  });
  expect(await deliver({}, never)).toMatchObject({ kind: "later", at: request.lease });
  harness.clock.now = request.lease;
  expect(await deliver({}, succeeds())).toMatchObject({ answer: "success" });
  expect(claim()!.state).toBe("done");
});

test("an undo is claimed, although it is repeatable", async () => {
  await deliver({}, succeeds());
  await deliver({ taskToken: "t2", direction: "undo" }, succeeds());
  const undo = harness.state.changes.filter(
    ({ after }) => after?.sk === claimKey(RUN, 1, "charge", "undo").sk,
  );
  expect(undo.map(({ after }) => (after as ClaimItem).state)[0]).toBe("running");
});
