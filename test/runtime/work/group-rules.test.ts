import { describe, expect, test } from "vitest";
import type { DeferPorts } from "../../../lambdas/runtime/defer/ports.ts";
import type { ClaimRequest, SuccessOfRun } from "../../../lambdas/runtime/ports/claims.ts";
import type { Effect } from "../../../lambdas/runtime/work/effect.ts";
import { Chains } from "../../../lambdas/runtime/work/group/chains.ts";
import { Deferrals } from "../../../lambdas/runtime/work/group/deferrals.ts";
import { Ends } from "../../../lambdas/runtime/work/group/ends.ts";
import { isFirst, messageOf } from "../../../lambdas/runtime/work/group/message.ts";
import { Publications } from "../../../lambdas/runtime/work/group/publications.ts";
import { answerGroup, walkGroup } from "../../../lambdas/runtime/work/group/walk.ts";
import type { StepClaims } from "../../../lambdas/runtime/work/ports.ts";
import { openBudget } from "../../../lib/contract/budget.ts";
import { fenceOf } from "../../../lib/contract/fence.ts";
import { EXPRESS_ATTEMPT } from "../../../lib/contract/groups/express.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { controlKey } from "../../../lib/contract/keys/control.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import type { ClaimItem, ControlItem, DeferredItem } from "../../../lib/contract/table.ts";
import { diamond, group, groupHarness, NAMES, SEEN_WITHIN, specs } from "./group-harness.ts";
import { RUN } from "./work-harness.ts";

/** The rules of groups, one by one; `work-group` and `work-branches` play them together. */

describe("the claims of the steps of a delivery", () => {
  const request = (path: string) => ({ key: claimKey(RUN, 1, path), owner: path }) as ClaimRequest;
  const effect = (path: string) =>
    ({ key: claimKey(RUN, 1, path), owner: path, message: { run: {} }, spec: {} }) as Effect;
  const key = claimKey(RUN, 1, "a");
  const opened = (mayWait = false, now = () => 0) => new Chains(new Publications(now, mayWait));
  /** `next`: whether a step can begin when this one ends. `end`: what ends with it. */
  const claimsOf = (chains: Chains, answers: object, next = false, position = 0, end?: SuccessOfRun) => {
    const calls: unknown[][] = [];
    const answering =
      (name: string) =>
      async (...given: unknown[]) => {
        calls.push([name, ...given]);
        return (answers as Record<string, unknown>)[name];
      };
    const names = ["claim", "complete", "completeAndClaim", "completeAndEnd", "reuse", "record"];
    const ports = Object.fromEntries(names.map((name) => [name, answering(name)])) as never as StepClaims;
    const following = () => (next ? { position: 1, effect: effect("b") } : undefined);
    return { claims: chains.claimsOf(position, ports, following, () => end), calls };
  };
  const complete = (claims: StepClaims, its = key) =>
    claims.complete(its, "a", { result: 1, emitted: [], undo: undefined as never });

  test.each([
    ["completed", "completed", true],
    ["late", "late", false],
    ["lost", "lost", false],
  ])("a step that is %s is of this delivery or not", async (completed, answer, isOwn) => {
    const chains = opened();
    const { claims } = claimsOf(chains, { complete: completed });
    expect(await complete(claims)).toBe(answer);
    expect(chains.isOwn(0)).toBe(isOwn);
    expect(chains.isOwn(1)).toBe(false);
  });

  test("the end of a step claims the next one in the same item, which is claimed once", async () => {
    const chains = opened();
    const { claims, calls } = claimsOf(
      chains,
      { claim: { kind: "claimed" }, completeAndClaim: "continued" },
      true,
    );
    await claims.claim(request("a"));
    expect(await complete(claims)).toBe("completed");
    expect(calls.map(([name]) => name)).toEqual(["claim", "completeAndClaim"]);
    expect(chains.isOwn(0)).toBe(true);
    const ahead = { ...effect("b"), key: { ...claimKey(RUN, 1, "b"), within: key.sk } };
    expect(chains.claimedAhead(1)).toEqual(ahead);
    const next = claimsOf(chains, { claim: { kind: "held" } }, false, 1);
    expect(await next.claims.claim(request("b"))).toEqual({ kind: "claimed" });
    expect(next.calls).toEqual([]);
    expect(chains.claimedAhead(1)).toBeUndefined();
    expect(await next.claims.claim(request("b"))).toEqual({ kind: "held" });
  });

  test("a step that is in the item of an earlier one puts the next one there too", async () => {
    const chains = opened();
    const { claims } = claimsOf(chains, { claim: { kind: "claimed" }, completeAndClaim: "continued" }, true);
    await claims.claim(request("a"));
    await complete(claims, { ...key, within: "claim#1#first#do" } as never);
    expect(chains.claimedAhead(1)?.key.within).toBe("claim#1#first#do");
  });

  test("a next step that another delivery has begun is not claimed", async () => {
    const chains = opened();
    const { claims } = claimsOf(chains, { claim: { kind: "claimed" }, completeAndClaim: "completed" }, true);
    await claims.claim(request("a"));
    expect(await complete(claims)).toBe("completed");
    expect(chains.isOwn(0)).toBe(true);
    expect(chains.claimedAhead(1)).toBeUndefined();
  });

  const end: SuccessOfRun = { run: RUN, epoch: 1, acceptedAt: "2026-11-21T10:00:00.000Z", output: 1 };

  test.each([
    ["ended", "completed", true, true],
    ["completed", "completed", true, false],
    ["late", "late", false, false],
    ["lost", "lost", false, false],
  ])(
    "the last step of a run is completed together with its end: %s",
    async (outcome, answer, isOwn, hasEnded) => {
      const chains = opened();
      const { claims, calls } = claimsOf(chains, { completeAndEnd: outcome }, false, 0, end);
      expect(await complete(claims)).toBe(answer);
      expect(calls).toEqual([["completeAndEnd", key, "a", expect.objectContaining({ result: 1 }), end]]);
      expect([chains.isOwn(0), chains.hasEndedRun]).toEqual([isOwn, hasEnded]);
    },
  );

  test("a step that was claimed before the delivery is not claimed again", async () => {
    const chains = opened();
    chains.begunBy(0, effect("a"));
    const { claims, calls } = claimsOf(chains, { completeAndClaim: "continued" }, true);
    expect(await claims.claim(request("a"))).toEqual({ kind: "claimed" });
    await complete(claims);
    expect(calls.map(([name]) => name)).toEqual(["completeAndClaim"]);
  });

  test("a step that this delivery has not claimed ends alone", async () => {
    const { claims, calls } = claimsOf(opened(), { claim: { kind: "held" }, complete: "completed" }, true);
    await claims.claim(request("a"));
    await complete(claims);
    expect(calls.map(([name]) => name)).toEqual(["claim", "complete"]);
  });

  test.each([
    ["reuse", "completed", true],
    ["reuse", "undo begun", false],
    ["record", undefined, true],
    ["record", { kind: "sealed" }, false],
  ] as const)("%s that answers %o", async (name, answer, isOwn) => {
    const chains = opened();
    const { claims } = claimsOf(chains, { [name]: answer });
    expect(await (claims[name] as () => Promise<unknown>)()).toBe(answer);
    expect(chains.isOwn(0)).toBe(isOwn);
  });
});

describe("the run, as the steps of a delivery read it", () => {
  /** Delivers a message; answers which steps read the run. */
  async function readers(
    code: Parameters<ReturnType<typeof groupHarness>["deliver"]>[1] = {},
    harness = groupHarness(),
  ) {
    const { startConditions } = harness.ports;
    const read: string[] = [];
    const reading: typeof startConditions = {
      async read(run, workflow, breaker, options) {
        if (!options?.known) read.push(options?.place?.path ?? "again");
        return await startConditions.read(run, workflow, breaker, options);
      },
    };
    const outcome = await harness.deliver({}, code, { ...harness.ports, startConditions: reading });
    return { read, outcome, steps: harness.began.map(({ step }) => step) };
  }
  const order = { by: "ops", why: "maintenance", key: "k", at: "2026-11-21T10:00:00.000Z" };

  test("is read once by steps that follow one another within a second", async () => {
    expect(await readers()).toMatchObject({ read: ["pack"], steps: NAMES });
  });

  test.each([
    [SEEN_WITHIN - 1, ["pack"]],
    [SEEN_WITHIN, ["pack", "weigh"]],
    [-1, ["pack", "weigh"]],
  ])("is read again by a step that begins %i ms later: %j", async (later, expected) => {
    const harness = groupHarness();
    const pack = () => {
      harness.clock.now += later;
    };
    expect((await readers({ pack }, harness)).read).toEqual(expected);
  });

  test("is read again by a step with a claim in an item of its own", async () => {
    const harness = groupHarness();
    const { claims } = harness.ports;
    const completeAndClaim: typeof claims.completeAndClaim = async ({ key, owner }, completion) =>
      await claims.complete(key, owner, completion);
    harness.ports.claims = { ...claims, completeAndClaim };
    expect((await readers({}, harness)).read).toEqual(NAMES);
  });

  test("is read once by steps that are safe to repeat, and by the one that is claimed after them", async () => {
    const [pack, weigh] = [specs.pack!, specs.weigh!].map((spec) => ({ ...spec, repeatable: true as const }));
    const harness = groupHarness({ ...specs, pack: pack!, weigh: weigh! });
    expect(await readers({}, harness)).toMatchObject({ read: ["pack", "send"], steps: NAMES });
  });

  test("is read in each branch of a group", async () => {
    const { read } = await readers({}, groupHarness(specs, diamond));
    expect(read.toSorted()).toEqual(["pack", "weigh"]);
  });

  test("that is paused is seen within a second, and before that by none", async () => {
    const harness = groupHarness();
    const pack = () => void harness.change({ paused: order });
    const weigh = () => {
      harness.clock.now += SEEN_WITHIN;
    };
    const { outcome, steps } = await readers({ pack, weigh }, harness);
    expect(outcome).toMatchObject({ kind: "deferred", why: "run paused" });
    expect(steps).toEqual(["pack", "weigh"]);
  });

  test("is read again before a message is deferred", async () => {
    const harness = groupHarness();
    const pack = () => harness.state.put({ ...controlKey("workflow", "w"), paused: order } as ControlItem);
    const { read, outcome, steps } = await readers({ pack }, harness);
    expect(outcome).toMatchObject({ kind: "deferred", why: "workflow paused" });
    expect([read, steps]).toEqual([["pack", "again"], ["pack"]]);
  });

  test("that has ended is seen at once, by the seal", async () => {
    const harness = groupHarness();
    const pack = async () => {
      harness.change({ status: "closing" });
      await harness.ports.claims.seal(RUN, 1);
    };
    const { outcome, steps } = await readers({ pack }, harness);
    expect(outcome).toMatchObject({ kind: "dropped" });
    expect(steps).toEqual(["pack"]);
  });

  test("is read again after a call was paid", async () => {
    const harness = groupHarness();
    harness.change({ budget: openBudget() });
    const spent: number[] = [];
    const outcome = await walkGroup(
      group,
      ({ step: name }) => ({
        spec: specs[name]!,
        ports: harness.ports,
        code: async (input, { soFar, spend }) => {
          spent.push(soFar.spent.usd);
          if (name === "pack") await spend({ usd: 1 }, async () => ({ value: 1, actual: { usd: 0.5 } }));
          return { text: `${input.text} ${name}` };
        },
      }),
      { id: "invocation", deadline: harness.clock.now + 60_000 },
      harness.ports,
    );
    expect(outcome).toMatchObject({ answer: "success" });
    expect(spent).toEqual([0, 0.5, 0.5]);
  });
});

describe("the deferrals of a delivery", () => {
  const soon = { dueAt: "2026-11-21T10:01:00.000Z" };
  const late = { dueAt: "2026-11-21T10:02:00.000Z" };
  const harness = (running: number, isOver = false) => {
    const put: unknown[] = [];
    const woken: unknown[] = [];
    const removed: unknown[] = [];
    const progress = { running: () => running, isOver: () => isOver };
    const deferrals = new Deferrals(group, progress);
    const ports = {
      deferred: {
        put: async (item: DeferredItem) => put.push(item) > 0,
        remove: async (item: DeferredItem) => removed.push(item) > 0,
      },
      wakeups: { at: async (time: number) => void woken.push(time) },
    } as never as DeferPorts;
    const step = async (item: object, time: number) => {
      const its = deferrals.portsOf(ports);
      await its.ports.deferred.put(item as DeferredItem);
      await its.ports.wakeups.at(time, {} as never);
      await its.ports.deferred.remove(item as DeferredItem);
      return its.stores();
    };
    return { deferrals, progress, put, woken, removed, step };
  };
  const stop = (deferrals: Deferrals) => {
    deferrals.stored = { kind: "deferred", why: "run paused", due: undefined };
    deferrals.decide();
  };

  test.each([
    ["the longest time", [soon, late], 1],
    ["the longest time, whatever the order", [late, soon], 0],
    ["an operator", [late, {}], 1],
    ["an operator, whatever the order", [{}, late], 0],
    ["the same time as others, the first", [late, late], 0],
  ])("are stored once, by the step that waits for %s", async (_, items, storing) => {
    const { deferrals, put, woken, removed, step, progress } = harness(2);
    const stores = [step(items[0]!, 0), step(items[1]!, 1)];
    expect(await stores[storing]).toBe(true);
    expect(put).toEqual([{ ...items[storing], message: group }]);
    expect(woken).toEqual([storing]);
    // The other one waits until it is stored.
    progress.running = () => 1;
    stop(deferrals);
    expect(await stores[1 - storing]).toBe(false);
    expect([put.length, woken.length, removed.length]).toEqual([1, 1, 1]);
  });

  test("wait for the steps that still run", async () => {
    const { deferrals, put, step, progress } = harness(2);
    const stores = step(soon, 0);
    await new Promise((done) => setImmediate(done));
    expect(put).toEqual([]);
    progress.running = () => 1;
    deferrals.decide();
    expect(await stores).toBe(true);
  });

  test("are not stored if the group has failed finally", async () => {
    const { put, step } = harness(1, true);
    expect(await step(soon, 0)).toBe(false);
    expect(put).toEqual([]);
  });
});

describe("the ends of the steps of a delivery", () => {
  const harness = () => {
    const sent: string[] = [];
    const ends = new Ends();
    const fails = (error: string, delivery: "delivered" | "gone" = "delivered") =>
      ends.failuresBy((async (_token: string, name: string) => {
        sent.push(name);
        return delivery;
      }) as never)("t", error, "");
    return { ends, sent, fails };
  };
  const at = (time: number, kind: "later" | "handed over" = "later") =>
    ({ kind, at: time, why: `${kind} ${time}` }) as never;

  test("a final failure is reported at once, and no other one after it", async () => {
    const { ends, sent, fails } = harness();
    await fails("Millrace.GiveUp:a");
    expect(ends.isOver).toBe(true);
    await fails("Millrace.GiveUp:b");
    await fails("Millrace.Retry:c");
    expect(sent).toEqual(["Millrace.GiveUp:a"]);
    expect(await ends.outcome(undefined)).toEqual({ kind: "reported", answer: "failure", delivered: true });
  });

  test("a final failure counts although another step is deferred", async () => {
    const { ends, fails } = harness();
    await fails("Millrace.GiveUp:a");
    const deferred = { kind: "deferred", why: "run paused", due: undefined } as const;
    expect(await ends.outcome(deferred)).toMatchObject({ kind: "reported", answer: "failure" });
  });

  test("a final failure says whether its state still waited", async () => {
    const { ends, fails } = harness();
    await fails("Millrace.GiveUp:a", "gone");
    expect(await ends.outcome(undefined)).toMatchObject({ delivered: false });
  });

  test.each([
    ["Millrace.Retry:a", "Millrace.Retry:a"],
    ["Millrace.Ask:a", "Millrace.Ask:a"],
  ])("%s is reported when all have ended", async (error, expected) => {
    const { ends, sent, fails } = harness();
    expect(await fails(error)).toBe("delivered");
    expect([ends.isOver, sent]).toEqual([false, []]);
    expect(await ends.outcome(undefined)).toMatchObject({ kind: "reported", answer: "failure" });
    expect(sent).toEqual([expected]);
  });

  test.each([
    [["Millrace.Retry:a", "Millrace.Ask:b"]],
    [["Millrace.Ask:b", "Millrace.Retry:a"]],
    [["Millrace.Ask:b", "Millrace.GiveUp:a"]],
  ])("of %j, a person is asked about the effect in doubt", async (errors) => {
    const { ends, sent, fails } = harness();
    for (const error of errors) await fails(error);
    await ends.outcome(undefined);
    expect(sent).toEqual(["Millrace.Ask:b"]);
  });

  test("the name of a step that is called like an error is none", async () => {
    const { sent, fails } = harness();
    await fails("Own:Millrace.Retry");
    await fails("Own:Millrace.Ask");
    expect(sent).toEqual(["Own:Millrace.Retry"]);
  });

  test("a failure is kept while another step is deferred or handed over", async () => {
    const { ends, sent, fails } = harness();
    await fails("Millrace.Retry:a");
    const deferred = { kind: "deferred", why: "run paused", due: undefined } as const;
    expect(await ends.outcome(deferred)).toBe(deferred);
    ends.ended(at(3));
    for (const time of [2, 5, 1]) ends.ended(at(time, "handed over"));
    expect(await ends.outcome(undefined)).toMatchObject({ kind: "handed over", at: 5 });
    expect(sent).toEqual([]);
  });

  test("without a failure, the message is delivered again at the earliest time", async () => {
    const { ends } = harness();
    ends.ended({ kind: "dropped", why: "over" });
    for (const time of [4, 2, 3]) ends.ended(at(time));
    expect(await ends.outcome(undefined)).toMatchObject({ kind: "later", at: 2 });
  });

  test("otherwise the first outcome is that of the message, and none if all are done", async () => {
    const { ends } = harness();
    expect(await ends.outcome(undefined)).toBeUndefined();
    for (const why of ["first", "second"]) ends.ended({ kind: "dropped", why });
    expect(await ends.outcome(undefined)).toEqual({ kind: "dropped", why: "first" });
  });

  test("what the infrastructure threw comes before failures that are retried", async () => {
    const { ends, sent, fails } = harness();
    await fails("Millrace.Retry:a");
    ends.threw(new Error("throttled"));
    ends.threw(new Error("another"));
    await expect(ends.outcome(undefined)).rejects.toThrow("throttled");
    expect(sent).toEqual([]);
  });
});

describe("the attempt of a step in a group", () => {
  const step = group.group.steps[1]!;
  const claim = (attempt: number, more: Partial<ClaimItem> = {}, of = attempt) =>
    ({
      attempt,
      state: "failed",
      fence: fenceOf({ entered: group.entered, attempt: of }),
      ...more,
    }) as ClaimItem;
  const attemptOf = (attempt: number, known: ClaimItem | undefined) =>
    messageOf({ ...group, attempt }, step, known).attempt;

  test.each<[string, number, ClaimItem | undefined, number]>([
    ["is the first without a claim", 4, undefined, 1],
    ["is the next after a failure", 3, claim(1, {}, 2), 2],
    ["is the same in the delivery that has failed", 2, claim(1, {}, 2), 1],
    ["is the same if it has not failed", 3, claim(1, { state: "running" }, 2), 1],
    [
      "is the first after the state is entered again",
      2,
      claim(5, { fence: fenceOf({ entered: "2026-11-20T10:00:00.000Z", attempt: 5 }) }),
      1,
    ],
    ["is that of the run without an execution", 2, claim(3, {}, EXPRESS_ATTEMPT), 3],
  ])("%s", (_, attempt, known, expected) => {
    expect(attemptOf(attempt, known)).toBe(expected);
  });

  const run = { ...group.run, express: true as const };
  test.each<[string, object, boolean]>([
    ["the first attempt", { attempt: 1 }, true],
    ["a retry", { attempt: 2 }, false],
    ["the first attempt of an execution that takes over", { attempt: 1, run }, false],
    ["the first attempt without an execution", { attempt: 1, run, express: {} }, true],
    ["a later attempt without an execution", { attempt: 2, run, express: {} }, false],
  ])("nothing is known before %s: %s", (_, more, expected) => {
    expect(isFirst({ ...group, ...more })).toBe(expected);
  });
});

describe("a delivery with little time", () => {
  const long = { ...specs.weigh!, timeout: "1 hour" } as StepSpec;
  const steps = (harness: ReturnType<typeof groupHarness>) => harness.began.map(({ step }) => step);

  test.each([
    ["enough, to the millisecond", 20_000, ["pack", "weigh", "send"]],
    ["a millisecond too little", 20_001, ["pack"]],
  ])("begins a step for which it has %s", async (_, passed, expected) => {
    const harness = groupHarness();
    const pack = () => {
      harness.clock.now += passed;
    };
    const outcome = await harness.deliver({}, { pack });
    expect(steps(harness)).toEqual(expected);
    if (expected.length === 1)
      expect(outcome).toMatchObject({ kind: "later", why: "too little time is left for weigh" });
  });

  test("begins its first step in any case", async () => {
    const harness = groupHarness({ ...specs, pack: { ...specs.pack!, timeout: "1 hour" } as StepSpec });
    await harness.deliver();
    expect(steps(harness)).toContain("pack");
  });

  test("begins a step that it has claimed already", async () => {
    const harness = groupHarness();
    const { claims } = harness.ports;
    const completeAndClaim: typeof claims.completeAndClaim = async (...given) => {
      harness.clock.now += 15_000;
      return await claims.completeAndClaim(...given);
    };
    await harness.deliver({}, {}, { ...harness.ports, claims: { ...claims, completeAndClaim } });
    expect(steps(harness).slice(0, 2)).toEqual(["pack", "weigh"]);
  });

  test("passes what is done, however long it would take", async () => {
    const declared = { ...specs };
    const harness = groupHarness(declared);
    await harness.deliver();
    for (const name of ["weigh", "send"]) declared[name] = long;
    expect(await harness.deliver({ attempt: 2, taskToken: "t2" })).toMatchObject({ answer: "success" });
    expect(steps(harness)).toHaveLength(3);
  });
});

test("a claim in the item of another step is taken there when the message is delivered again", async () => {
  const harness = groupHarness();
  await harness.deliver({}, { weigh: () => Promise.reject(new Error("no")) });
  const { claims } = harness.ports;
  const within = claimKey(RUN, 1, "pack").sk;
  const taken: object[] = [];
  const read: typeof claims.read = async (...keys) =>
    (await claims.read(...keys)).map((claim) => (claim?.path === "weigh" ? { ...claim, within } : claim));
  const claim: typeof claims.claim = async (request) => {
    taken.push(request.key);
    return await claims.claim(request);
  };
  await harness.deliver(
    { attempt: 2, taskToken: "t2" },
    {},
    { ...harness.ports, claims: { ...claims, read, claim } },
  );
  expect(taken).toEqual([{ ...claimKey(RUN, 1, "weigh"), within }]);
});

test("claims are read again where another delivery has completed a step, and only there", async () => {
  const harness = groupHarness();
  const { claims } = harness.ports;
  let reads = 0;
  const reading = {
    ...claims,
    read: async (...keys: Parameters<typeof claims.read>) => {
      if (keys.length === 3) reads++;
      return await claims.read(...keys);
    },
  };
  await harness.deliver({}, {}, { ...harness.ports, claims: reading });
  expect(reads).toBe(0);
  const other = groupHarness();
  const claim: typeof claims.claim = async (request) =>
    request.about.path === "pack"
      ? { kind: "done", result: { text: "done elsewhere" } }
      : await other.ports.claims.claim(request);
  reads = 0;
  const read: typeof claims.read = async (...keys) => {
    if (keys.length === 3) reads++;
    return await other.ports.claims.read(...keys);
  };
  await other.deliver({}, {}, { ...other.ports, claims: { ...other.ports.claims, claim, read } });
  expect(reads).toBe(1);
  expect(other.began.map(({ step }) => step)).toEqual(["weigh", "send"]);
});

test("results that are too large together fail the group with a name of their own", async () => {
  const harness = groupHarness();
  const large = "x".repeat(200_000);
  await answerGroup(group, [{ text: large }, null, { text: large }], harness.ports);
  const [answer] = harness.machines.answers as unknown as [{ cause: string }];
  expect(JSON.parse(answer.cause)).toMatchObject({ name: "ResultTooLarge", policy: "give-up" });
});
