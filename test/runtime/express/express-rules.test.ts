import { beforeEach, describe, expect, test } from "vitest";
import { endExpress } from "../../../lambdas/runtime/express/end.ts";
import { type HandOverPorts, handOver } from "../../../lambdas/runtime/express/hand-over.ts";
import { awaitsMessage, expressStart } from "../../../lambdas/runtime/express/start.ts";
import type { ExpressPlan } from "../../../lib/contract/groups/express.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { type CompletionHarness, completionHarness, RUN, START } from "../completion/completion-harness.ts";

const iso = (time: number) => new Date(time).toISOString();
const PLAN = { deadline: 3_600, patience: 900 } as ExpressPlan;

describe("a run without an execution", () => {
  test.each<[string, Partial<ExpressPlan>, number | undefined, number, number]>([
    [
      "has the deadline of its workflow, and is checked when its steps should be done",
      {},
      undefined,
      3_600,
      900,
    ],
    ["has the deadline of a setting that is sooner, and is checked then", {}, 300_000, 300, 300],
    ["has the deadline of its workflow if a setting is later", {}, 7_200_000, 3_600, 900],
    ["is not checked before all runs are", { patience: 1 }, undefined, 3_600, 600],
    ["is checked at its deadline at the latest", { deadline: 60 }, undefined, 60, 60],
  ])("%s", (_, plan, deadline, until, check) => {
    expect(expressStart({ ...PLAN, ...plan }, START, { deadline })).toEqual({
      until: iso(START + until * 1_000),
      check: iso(START + check * 1_000),
    });
  });

  const run = (more: Partial<RunItem> = {}) =>
    ({ status: "running", express: { until: iso(START) }, ...more }) as RunItem;
  test.each<[string, RunItem, boolean]>([
    ["that runs", run(), true],
    ["that is only accepted", run({ status: "accepted" }), false],
    ["that was to have an execution", run({ express: undefined }), false],
    ["that an execution has taken over", run({ execution: "arn" }), false],
    ["that is closing", run({ status: "closing" }), false],
  ])("%s may wait for its message: %#", (_, item, expected) => {
    expect(awaitsMessage(item)).toBe(expected);
  });
});

describe("what a worker reports", () => {
  let harness: CompletionHarness;
  let stopped: unknown[];
  let started: string[];
  let ports: HandOverPorts;
  beforeEach(async () => {
    harness = await completionHarness();
    stopped = [];
    started = [];
    ports = {
      ...harness.ports,
      executions: {
        start: async (name: string) => {
          started.push(name);
          return { kind: "started", execution: "arn" };
        },
        stop: async (...given: unknown[]) => void stopped.push(given),
      } as never as HandOverPorts["executions"],
    };
  });
  const without = (more: Partial<RunItem> = {}) =>
    harness.state.runs.change(RUN, ({ execution: _, ...run }) => ({
      ...run,
      express: { until: iso(START + 60_000) },
      ...more,
    }));
  const handsOver = (epoch = 1) => handOver({ run: RUN, epoch, why: "a wait", at: START } as never, ports);

  test("continues a run in an execution, and counts that", async () => {
    await without();
    expect(await handsOver()).toBe("handed over");
    expect(harness.run()).toMatchObject({ execution: "arn", express: { handedOver: "a wait" } });
    expect(harness.ports.measured).toEqual([{ name: "RunsHandedOver", value: 1, dimensions: {} }]);
  });

  test.each<[string, Partial<RunItem>, string]>([
    [
      "whose start is not recorded yet is reported again",
      { status: "accepted", express: undefined },
      "throttled",
    ],
    ["that has begun otherwise is not handed over", { status: "running", express: undefined }, "not needed"],
    ["of another epoch is not handed over", { epoch: 2 }, "not needed"],
    ["that is over its deadline is left to the reconciler", { express: { until: iso(START) } }, "not needed"],
  ])("a run %s", async (_, more, expected) => {
    await without(more);
    expect(await handsOver()).toBe(expected);
    expect(started).toEqual([]);
  });

  test("of a later epoch that waits for its start is not needed", async () => {
    await without({ status: "accepted", express: undefined, epoch: 2 });
    expect(await handsOver(2)).toBe("not needed");
  });

  test.each<[string, (() => Promise<RunItem | undefined>) | undefined, string]>([
    ["has ended", async () => ({ ...harness.run(), status: "failed" }), "failed"],
    ["is in another epoch", async () => ({ ...harness.run(), epoch: 2, execution: "arn" }), "running"],
    ["has another execution", async () => ({ ...harness.run(), execution: "other" }), "running"],
    ["was deleted", async () => undefined, "expired"],
  ])("stops the execution if the run meanwhile %s", async (_, handedOver, status) => {
    await without();
    ports.runs = { ...ports.runs, handedOver: handedOver as never };
    expect(await handsOver()).toBe("not needed");
    expect(stopped).toEqual([
      [RUN, { error: "Millrace.TooLate", cause: `The run was ${status} when its execution began.` }],
    ]);
    expect(harness.ports.counts.size).toBe(0);
  });

  test("says what the run did instead, if its outcome is not needed", async () => {
    const said: unknown[] = [];
    const { runs } = harness.state;
    const artifacts = harness.ports.artifactsOf("w", RUN);
    const log = { info: (message: string, fields: unknown) => void said.push([message, fields]) };
    const ends = () =>
      endExpress({ run: RUN, epoch: 1, acceptedAt: iso(START) }, 1, { runs, artifacts, log });
    await without();
    await ends();
    await without({ status: "failed", execution: "arn", epoch: 2 });
    await ends();
    expect(said).toEqual([
      ["The run succeeded.", { run: RUN, epoch: 1 }],
      ["The outcome is not needed.", { run: RUN, epoch: 1, status: "failed", current: 2, execution: "arn" }],
    ]);
  });
});
