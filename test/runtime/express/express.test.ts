import { beforeEach, describe, expect, test, vi } from "vitest";
import { STORED_IN_ITEM } from "../../../lambdas/runtime/completion/fit-output.ts";
import { endExpress } from "../../../lambdas/runtime/express/end.ts";
import { handOver } from "../../../lambdas/runtime/express/hand-over.ts";
import { isExpress } from "../../../lambdas/runtime/express/message.ts";
import { walkExpress } from "../../../lambdas/runtime/express/walk.ts";
import { requestOf } from "../../../lambdas/runtime/work/claim-effect.ts";
import { type Begun, firstEffect } from "../../../lambdas/runtime/work/group/begun.ts";
import { LONGEST_ANSWER } from "../../../lambdas/runtime/work/group/walk.ts";
import type { WorkPorts } from "../../../lambdas/runtime/work/ports.ts";
import { giveUp, waitAndRetry } from "../../../lib/contract/failure.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import { REFERENCE_KEY } from "../../../lib/contract/payload.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import type { ClaimItem, RunItem } from "../../../lib/contract/table.ts";
import { ALL_REPEATABLE, diamond, group, groupHarness, NAMES, specs } from "../work/group-harness.ts";
import { RUN } from "../work/work-harness.ts";

/** Runs without an execution: how their worker ends them, and what intake does with those that need one. */

type Code = () => unknown;

let harness: ReturnType<typeof groupHarness>;
let reports: object[];
beforeEach(() => {
  harness = groupHarness();
  reports = [];
});

const message = {
  ...group,
  taskToken: "",
  attempt: 0,
  run: { ...group.run, express: true as const },
  express: {
    output: { input: { all: [null] }, fills: [{ at: ["all", 0], from: { result: 2 }, select: ["text"] }] },
  },
};

/** Ports by which no run ends together with its last step, as if its item could not be written. */
function apart(): WorkPorts {
  const { claims } = harness.ports;
  return {
    ...harness.ports,
    claims: {
      ...claims,
      completeAndEnd: (key, owner, completion) => harness.state.claims.complete(key, owner, completion),
    },
  };
}

async function deliver(
  code: Record<string, Code> = {},
  express: object = message.express,
  { ports = apart(), begun = undefined as Begun | undefined, group = message.group, declared = specs } = {},
) {
  if (!isExpress(message as any)) throw new Error("not express");
  const invocation = { id: `invocation ${reports.length}`, deadline: harness.clock.now + 30_000 };
  return await walkExpress(
    { ...message, group, express } as any,
    ({ step }) => ({
      spec: declared[step]!,
      ports,
      code: async (input) => (await code[step]?.()) ?? { text: `${input.text} ${step}` },
    }),
    invocation,
    ports,
    {
      runs: {
        succeeded: async ({ run, epoch }, output) => {
          reports.push({ run, epoch, output });
          return undefined;
        },
      },
      handOver: async (run, epoch, why, at) =>
        void reports.push({ run, epoch, why, in: at - harness.clock.now }),
    },
    begun,
  );
}

const item = () => harness.state.get(runKey(RUN)) as RunItem;

describe("the worker", () => {
  test("ends the run with the output when every step is done, and answers no token", async () => {
    expect(await deliver()).toMatchObject({ kind: "reported", answer: "success", delivered: true });
    expect(reports).toEqual([{ run: RUN, epoch: 1, output: { all: ["o1 pack weigh send"] } }]);
  });

  test("ends the run in the same write as its last step", async () => {
    expect(await deliver({}, message.express, { ports: harness.ports })).toMatchObject({ answer: "success" });
    expect(reports).toEqual([]);
    expect(item()).toMatchObject({ status: "succeeded", output: { all: ["o1 pack weigh send"] } });
    expect(harness.claim("send")).toMatchObject({ state: "done", result: { text: "o1 pack weigh send" } });
  });

  describe("of steps that are safe to repeat", () => {
    const declared = ALL_REPEATABLE;

    test("ends the run in the same write as all of their results", async () => {
      expect(await deliver({}, message.express, { ports: harness.ports, declared })).toMatchObject({
        answer: "success",
      });
      expect(reports).toEqual([]);
      expect(item()).toMatchObject({ status: "succeeded", output: { all: ["o1 pack weigh send"] } });
      expect(NAMES.map((name) => harness.claim(name)?.state)).toEqual(["done", "done", "done"]);
    });

    test("reads neither claims nor the run in the delivery that has accepted it", async () => {
      const { claims, startConditions } = harness.ports;
      const read = vi.fn(claims.read);
      const known: unknown[] = [];
      const ports: WorkPorts = {
        ...harness.ports,
        claims: { ...claims, read },
        startConditions: {
          async read(run, workflow, breaker, options) {
            known.push(options?.known?.run);
            return await startConditions.read(run, workflow, breaker, options);
          },
        },
      };
      const run = { ...item(), acceptedAt: new Date(harness.clock.now).toISOString() };
      await deliver({}, message.express, { ports, declared, begun: { run } });
      expect(read).not.toHaveBeenCalled();
      expect(known).toEqual([RUN, RUN, RUN]);
      await deliver({}, message.express, { ports, declared });
      expect(read).toHaveBeenCalled();
    });

    test("ends a run that cannot end in that write after it", async () => {
      const send = () => harness.change({ execution: "arn" });
      await deliver({ send }, message.express, { ports: harness.ports, declared });
      expect(NAMES.map((name) => harness.claim(name)?.state)).toEqual(["done", "done", "done"]);
      expect(item().status).toBe("running");
      expect(reports).toEqual([{ run: RUN, epoch: 1, output: { all: ["o1 pack weigh send"] } }]);
    });

    test("writes their results before it hands over the run", async () => {
      const send = () => {
        throw giveUp("no");
      };
      const outcome = await deliver({ send }, message.express, { ports: harness.ports, declared });
      expect(outcome).toMatchObject({ kind: "handed over" });
      expect(NAMES.map((name) => harness.claim(name)?.state)).toEqual(["done", "done", "failed"]);
    });
  });

  test("ends the run with the last of its branches", async () => {
    let ended: unknown;
    const weigh = async () => {
      // The other branch is done then, and nothing can follow it.
      while (harness.claim("stamp")?.state !== "done") await new Promise(setImmediate);
      ended = item().status;
      return { text: "weighed" };
    };
    const output = {
      input: { all: [null] },
      fills: [{ at: ["all", 0], from: { result: 4 }, select: ["text"] }],
    };
    const { group: branches } = diamond;
    await deliver({ weigh }, { output }, { ports: harness.ports, group: branches });
    expect([ended, reports]).toEqual(["running", []]);
    expect(item()).toMatchObject({ status: "succeeded", output: { all: ["o1 pack label stamp send"] } });
  });

  test("ends no run together with a step that was sealed", async () => {
    const send = async () => {
      await harness.state.runs.change(RUN, (run) => ({ ...run, status: "closing" }));
      await harness.state.claims.seal(RUN, 1);
      return { text: "too late" };
    };
    expect(await deliver({ send }, message.express, { ports: harness.ports })).toMatchObject({
      kind: "dropped",
    });
    expect([item().status, reports]).toEqual(["closing", []]);
    expect(harness.claim("send")).toMatchObject({ state: "sealed", late: { text: "too late" } });
  });

  test("stores a large output before the end of the run, which is a write of its own", async () => {
    const input = "x".repeat(STORED_IN_ITEM);
    await deliver({}, { output: { input, fills: [] } }, { ports: harness.ports });
    expect(reports).toMatchObject([{ run: RUN, output: { [REFERENCE_KEY]: expect.anything() } }]);
    expect(harness.claim("send")?.state).toBe("done");
  });

  test("does not claim a step again that was claimed with the run, nor read the run", async () => {
    const invocation = { id: "invocation 0", deadline: harness.clock.now + 30_000 };
    const first = firstEffect(message as any, (step) => specs[step]!, invocation)!;
    await harness.state.claims.claim(requestOf(first));
    const claim = vi.fn();
    const read = vi.fn(harness.ports.startConditions.read);
    const ports = {
      ...harness.ports,
      claims: { ...harness.ports.claims, claim },
      startConditions: { read },
    };
    const run = { ...item(), acceptedAt: new Date(harness.clock.now).toISOString() };
    await deliver({}, message.express, { ports, begun: { run, first } });
    expect(claim).not.toHaveBeenCalled();
    expect(read.mock.calls.map(([, , , options]) => options?.known)).toEqual([run, run, run]);
    expect(item().status).toBe("succeeded");
  });

  test("the step to claim with a run is the first of a sequence", () => {
    const first = firstEffect(message as any, (step) => specs[step]!, { id: "me", deadline: 0 })!;
    expect(first).toMatchObject({ owner: "me", key: claimKey(RUN, 1, "pack"), fence: expect.anything() });
    expect(first.message).toMatchObject({ position: 0, path: "pack", input: { text: "o1" } });
  });

  test.each<[string, object, Record<string, object>]>([
    [
      "several begin at the same time",
      { steps: group.group.steps.map((one) => ({ ...one, after: [] })) },
      {},
    ],
    ["the first is safe to repeat", {}, { pack: { ...specs.pack, repeatable: true } }],
  ])("no step can be claimed with the run if %s", (_, more, other) => {
    const sent = { ...message, group: { ...message.group, ...more } } as any;
    const specOf = (step: string) => ({ ...specs, ...other })[step] as StepSpec;
    expect(firstEffect(sent, specOf, { id: "me", deadline: 0 })).toBeUndefined();
  });

  test("does the same if the message is delivered again, and runs nothing", async () => {
    await deliver();
    const never = () => {
      throw new Error("must not run");
    };
    await deliver(Object.fromEntries(NAMES.map((name) => [name, never])));
    expect(reports[1]).toEqual(reports[0]);
  });

  test.each<[string, Code, object]>([
    [
      "fails",
      () => {
        throw new Error("no");
      },
      { why: "weigh failed with Error", in: 0 },
    ],
    [
      "gives up",
      () => {
        throw giveUp("no");
      },
      { why: "weigh failed with StepFailure", in: 0 },
    ],
    [
      "has to wait",
      () => {
        throw waitAndRetry("busy", 30_000);
      },
      { why: "weigh has to wait (retry after)", in: 30_000 },
    ],
  ])("hands over a run if a step %s", async (_, weigh, report) => {
    expect(await deliver({ weigh })).toMatchObject({ kind: "handed over" });
    expect(reports).toEqual([{ run: RUN, epoch: 1, ...report }]);
    expect(harness.claim("pack")?.state).toBe("done");
  });

  test("hands over a run whose output is too large for a state machine", async () => {
    await deliver({ send: () => ({ text: "x".repeat(30_000) }) });
    expect(reports).toMatchObject([{ output: expect.anything() }]);
    await deliver({}, { output: { input: { text: "x".repeat(300_000) }, fills: [] } });
    expect(reports[1]).toMatchObject({ why: expect.stringContaining("bytes") });
  });

  test.each([
    ["that just fits, ends the run", 0],
    ["with one byte more, hands the run over", 1],
  ])("with an output %s", async (_, more) => {
    // As JSON it has two quotes.
    const input = "x".repeat(LONGEST_ANSWER - 2 + more);
    await deliver({}, { output: { input, fills: [] } });
    expect(Object.keys(reports[0]!)).toContain(more === 0 ? "output" : "why");
  });

  test("hands nothing over if another delivery holds the claim: that one may succeed", async () => {
    const own = claimKey(RUN, 1, "pack");
    await harness.state.claims.claim({
      key: own,
      owner: "other",
      lease: harness.clock.now + 10_000,
      fence: 0,
      takeover: true,
      about: {
        ...group.run,
        run: RUN,
        step: "pack",
        path: "pack",
        direction: "do",
        attempt: 1,
        cause: "e",
      } as any,
    });
    expect(await deliver()).toMatchObject({ kind: "later" });
    expect(reports).toEqual([]);
  });

  test("stops if an execution has taken over", async () => {
    await harness.state.runs.change(RUN, (run) => ({ ...run, execution: "arn" }));
    expect(await deliver()).toMatchObject({ kind: "dropped" });
    expect([reports, harness.claim("pack")?.state]).toEqual([[], undefined]);
  });
});

describe("the execution that takes over", () => {
  test("takes the failed attempt for its own first one, and claims the second", async () => {
    await deliver({
      weigh: () => {
        throw new Error("no");
      },
    });
    const handed = { ...message, express: undefined, attempt: 1, entered: "2026-11-21T10:00:00.000Z" };
    expect(await harness.deliver(handed as any)).toMatchObject({ kind: "reported", answer: "failure" });
    expect(harness.began).toEqual([]);
    expect(await harness.deliver(handed as any)).toMatchObject({ kind: "reported", answer: "failure" });
    expect(await harness.deliver({ ...handed, attempt: 2 } as any)).toMatchObject({ answer: "success" });
    expect(harness.began.map(({ step, attempt }) => `${step} ${attempt}`)).toEqual(["weigh 2", "send 1"]);
    expect((harness.claim("weigh") as ClaimItem).attempt).toBe(2);
  });
});

describe("intake", () => {
  const NOW = "2026-11-21T10:00:00.000Z";
  const start = async (more: Partial<RunItem> = {}) => {
    await harness.state.runs.change(RUN, (run) => ({
      ...run,
      status: "running",
      input: JSON.stringify({ run: { express: true }, event: {} }),
      event: {} as RunItem["event"],
      express: { until: "2026-11-21T11:00:00.000Z" },
      ...more,
    }));
  };
  const started: string[] = [];
  const stopped: string[] = [];
  const ports = () => ({
    ...harness.ports,
    runs: harness.state.runs,
    executions: {
      start: async (name: string) => {
        started.push(name);
        return { kind: "started" as const, execution: `arn:${name}` };
      },
      stop: async (name: string) => void stopped.push(name),
    },
  });
  beforeEach(() => {
    started.length = 0;
    stopped.length = 0;
  });
  const end = (output: unknown) =>
    endExpress({ run: RUN, epoch: 1, acceptedAt: item().acceptedAt }, output, ports());

  test("ends a run by its outcome, once", async () => {
    await start();
    await end(1);
    await end(2);
    expect(item()).toMatchObject({ status: "succeeded", output: 1 });
  });

  test.each<[string, Partial<RunItem>]>([
    ["that was terminated", { status: "terminated" }],
    ["that is ending", { status: "closing" }],
    ["of another epoch", { epoch: 2 }],
    ["that an execution has taken over", { execution: "arn" }],
  ])("does not end a run %s", async (_, more) => {
    await start(more);
    const before = item();
    await end(1);
    expect(item()).toEqual(before);
  });

  test("starts one execution of the run's own name, however often it is asked", async () => {
    await start();
    expect(await handOver({ run: RUN, epoch: 1, why: "weigh failed" }, ports())).toBe("handed over");
    expect(await handOver({ run: RUN, epoch: 1, why: "again" }, ports())).toBe("not needed");
    expect(started).toEqual([RUN]);
    expect(item()).toMatchObject({ execution: `arn:${RUN}`, express: { handedOver: "weigh failed" } });
  });

  test.each<[string, Partial<RunItem>]>([
    ["that has ended", { status: "succeeded" }],
    ["that is ending", { status: "closing" }],
    ["of another epoch", { epoch: 2 }],
    ["past its deadline", { express: { until: NOW } }],
  ])("starts no execution for a run %s", async (_, more) => {
    await start(more);
    expect(await handOver({ run: RUN, epoch: 1, why: "w" }, ports())).toBe("not needed");
    expect(started).toEqual([]);
  });

  test("stops the execution of a run that was terminated while it was started", async () => {
    await start();
    const own = ports();
    const { start: begin } = own.executions;
    own.executions.start = async (name: string) => {
      await harness.state.runs.change(RUN, (run) => ({ ...run, status: "closing" }));
      return await begin(name);
    };
    expect(await handOver({ run: RUN, epoch: 1, why: "w" }, own)).toBe("not needed");
    expect(stopped).toEqual([RUN]);
  });

  test("waits if Step Functions throttles", async () => {
    await start();
    const own = ports();
    own.executions.start = async () => ({ kind: "throttled" }) as any;
    expect(await handOver({ run: RUN, epoch: 1, why: "w" }, own)).toBe("throttled");
    expect(item().execution).toBeUndefined();
  });
});
