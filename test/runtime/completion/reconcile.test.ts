import { beforeEach, describe, expect, test } from "vitest";
import { type ReconcilePorts, reconcile } from "../../../lambdas/runtime/completion/reconcile.ts";
import { shardsOf } from "../../../lib/contract/keys/index-partitions.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import { LONGEST_PASS, RECONCILED_EVERY } from "../../../lib/contract/reconciler.ts";
import { dueAt } from "../../../lib/contract/runs/first-check.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { type CompletionHarness, completionHarness, MINUTE, RUN, START } from "./completion-harness.ts";

let harness: CompletionHarness;
beforeEach(async () => {
  harness = await completionHarness();
});

const DAY = 24 * 60 * MINUTE;
const iso = (time: number) => new Date(time).toISOString();
const pass = (more: Partial<ReconcilePorts> = {}) =>
  reconcile({
    ...harness.ports,
    relay: async () => undefined,
    overdueDeferred: async () => [],
    wake: async () => {},
    retentionDays: 90,
    ...more,
  } as ReconcilePorts);
const change = (more: Partial<RunItem>) => harness.state.runs.change(RUN, (run) => ({ ...run, ...more }));

describe("the next check of a run", () => {
  const checked = async (more: Partial<RunItem>, after = 60 * MINUTE) => {
    await change({ ...more, ...dueAt(RUN, START) });
    const checks: string[] = [];
    const runs: ReconcilePorts["runs"] = {
      ...harness.ports.runs,
      postpone: async (_, until) => void checks.push(until),
      due: async () => [harness.run()],
    };
    harness.clock.now = START + after;
    await pass({ runs });
    return Date.parse(checks[0]!) - START;
  };

  test.each<[string, Partial<RunItem>, number, number]>([
    ["that runs is after twice the time", {}, 60, 120],
    ["that has just begun is after fifteen minutes", {}, 1, 16],
    ["that is closing is after fifteen minutes", { status: "closing" }, 60, 75],
    [
      "that is being compensated is after fifteen minutes, whatever its deadline",
      { status: "compensating", until: iso(START + 61 * MINUTE) },
      60,
      75,
    ],
    ["that waits is after fifteen minutes", { status: "accepted" }, 60, 75],
    ["that waits is when it has to have started", { status: "accepted", startWithin: 70 * MINUTE }, 60, 70],
    [
      "that waits is no later because it may wait longer",
      { status: "accepted", startWithin: 300 * MINUTE },
      60,
      75,
    ],
    [
      "that waits is as late if it should have started",
      { status: "accepted", startWithin: 60 * MINUTE },
      60,
      75,
    ],
    ["that runs is at its deadline", { until: iso(START + 70 * MINUTE) }, 60, 70],
    ["that runs has no limit to its start any more", { startWithin: 70 * MINUTE }, 60, 120],
    ["without an execution is at its deadline", { express: { until: iso(START + 61 * MINUTE) } }, 60, 61],
    ["that waits has no deadline yet", { status: "accepted", until: iso(START + 61 * MINUTE) }, 60, 75],
  ])("%s", async (_, more, after, expected) => {
    expect(await checked(more, after * MINUTE)).toBe(expected * MINUTE);
  });
});

describe("a run that is due", () => {
  const due = async (more: Partial<RunItem>, after = 60 * MINUTE) => {
    await change({ ...more, ...dueAt(RUN, START) });
    harness.clock.now = START + after;
    await pass();
  };

  test("and over its deadline ends, with or without an execution", async () => {
    await due({ until: iso(START + 60 * MINUTE) });
    expect(harness.machines.stopped).toHaveLength(1);
    expect(harness.run().status).toBe("closing");
  });

  test("and over its deadline without an execution times out", async () => {
    await due({ epoch: 3, execution: undefined, express: { until: iso(START + 60 * MINUTE) } });
    expect(harness.run()).toMatchObject({ status: "timed-out" });
  });

  test("and is being undone at its deadline is not ended again", async () => {
    const compensation = { round: 1, open: false, undone: 0, failed: 0 };
    await due({
      status: "compensating",
      until: iso(START + MINUTE),
      ending: { status: "failed" },
      compensation,
    });
    expect(harness.run()).toMatchObject({ status: "compensating" });
  });

  test("and has not started is counted each time, and goes to intake after twice the time each", async () => {
    const released = new Set<string | undefined>();
    for (let after = 60; after <= 300; after += 15) {
      await due({ status: "accepted", execution: undefined }, after * MINUTE);
      released.add(harness.run().released);
    }
    expect([...released]).toEqual([60, 120, 240].map((after) => iso(START + after * MINUTE)));
    expect(harness.ports.counts.get("RunsNotStarted")).toBe(17);
  });

  test("without an execution and an outcome goes to intake, before its deadline", async () => {
    const until = iso(START + 70 * MINUTE);
    await due({ execution: undefined, express: { until } });
    expect(harness.run()).toMatchObject({
      status: "running",
      released: iso(START + 60 * MINUTE),
      dueAt: until,
    });
  });

  test("and was handed over to an execution is checked as any other", async () => {
    await due({ express: { until: iso(START + 70 * MINUTE), handedOver: "a wait" } });
    expect(harness.run()).toMatchObject({ status: "running" });
    expect(harness.run()).not.toHaveProperty("released");
    harness.machines.end(`w:${RUN}`, { status: "failed", failure: { error: "x", cause: "y" } });
    await change(dueAt(RUN, START));
    await pass();
    expect(harness.run()).toMatchObject({ status: "failed", failure: { error: "x" } });
  });

  test("and closing, without an execution, ends: it does not go to intake", async () => {
    await due({
      status: "closing",
      epoch: 3,
      execution: undefined,
      express: { until: iso(START + 70 * MINUTE) },
    });
    expect(harness.run()).toMatchObject({ status: "failed" });
    expect(harness.run()).not.toHaveProperty("released");
  });

  test("whose execution has failed without a report ends", async () => {
    await change(dueAt(RUN, START));
    harness.machines.end(`w:${RUN}`, { status: "failed", failure: { error: "x", cause: "y" } });
    await pass();
    expect(harness.run()).toMatchObject({ status: "failed", failure: { error: "x" } });
  });

  test("and undoes something has that continued, and otherwise nothing is read for it", async () => {
    const of: string[] = [];
    const effects = {
      ...harness.ports.effects,
      of: async (run: string) => {
        of.push(run);
        return [];
      },
    };
    await change(dueAt(RUN, START));
    await pass({ effects });
    expect(of).toEqual([]);
    await change({ ...dueAt(RUN, START), compensation: { round: 1, open: true, undone: 0, failed: 0 } });
    await pass({ effects });
    expect(of).toContain(RUN);
  });

  test.each([
    ["less than an hour", 59, undefined, []],
    ["an hour", 60, undefined, ["A run was accepted at 2026-11-21T10:00:00.000Z and has not been started."]],
    [
      "an hour, in a line",
      60,
      "k",
      [
        "A run was accepted at 2026-11-21T10:00:00.000Z and has not been started. It may be waiting for its turn.",
      ],
    ],
  ])(
    "and was not started for %s is sent to intake, and counted after an hour",
    async (_, after, key, messages) => {
      await due({ status: "accepted", execution: undefined, key }, after * MINUTE);
      expect(harness.run()).toMatchObject({ status: "accepted", released: iso(harness.clock.now) });
      expect(harness.ports.lines.map(({ message }) => message)).toEqual(messages);
      expect(harness.ports.measured).toEqual(
        messages.map(() => ({ name: "RunsNotStarted", value: 1, dimensions: { workflow: "w" } })),
      );
    },
  );

  test("is kept as long as it says, or for the retention from now if that is longer", async () => {
    const keptUntil = async (expiresAt: number) => {
      await change({ ...dueAt(RUN, START), expiresAt });
      await pass();
      return harness.run().expiresAt;
    };
    const retained = (START + 90 * DAY) / 1000;
    expect(await keptUntil(0)).toBe(retained);
    expect(await keptUntil(retained + 1)).toBe(retained + 1);
  });

  test("and was deleted meanwhile is left alone", async () => {
    const gone = { ...harness.run(), ...runKey("gone"), run: "gone" };
    const postponed: string[] = [];
    const runs = {
      ...harness.ports.runs,
      due: async () => [gone],
      postpone: async (run: string) => void postponed.push(run),
    };
    await pass({ runs });
    expect(postponed).toEqual([]);
  });
});

describe("a pass over due runs", () => {
  const runs = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ ...harness.run(), ...runKey(`r${at}`), run: `r${at}` }));
  const passes = async (pages: RunItem[][], takes = 0) => {
    const asked: [string, number][] = [];
    const read: string[] = [];
    const ports: Partial<ReconcilePorts> = {
      runs: {
        ...harness.ports.runs,
        due: async (until, limit) => {
          asked.push([until, limit]);
          harness.clock.now += takes;
          return pages[Math.min(asked.length, pages.length) - 1]!;
        },
        read: async (run) => {
          read.push(run);
          return undefined;
        },
      },
    };
    await pass(ports);
    return { asked, read };
  };

  test("reads the next hundred if there were a hundred", async () => {
    const all = runs(150);
    const { asked, read } = await passes([all.slice(0, 100), all.slice(100)]);
    expect(asked).toEqual([
      [iso(START), 100],
      [iso(START), 100],
    ]);
    expect(read).toEqual(all.map(({ run }) => run));
  });

  test("checks a run once that the index lists again, and stops if it lists no others", async () => {
    const all = runs(150);
    const { asked, read } = await passes([all.slice(0, 100), all.slice(50, 150), all.slice(50, 150)]);
    expect(asked).toHaveLength(3);
    expect(read).toEqual(all.map(({ run }) => run));
  });

  test("reads no more after a minute", async () => {
    const all = runs(300);
    const pages = [0, 100, 200].map((from) => all.slice(from, from + 100));
    expect((await passes(pages, 30_000)).asked).toHaveLength(2);
  });
});

test("a pass that has much to do everywhere ends before it is stopped, and knows how far its audit got", async () => {
  const takes = (milliseconds: number) => {
    harness.clock.now += milliseconds;
  };
  const listed = (run: string) => ({ ...runKey(run), run, at: iso(START - DAY) });
  let runs = 0;
  const page = () => Array.from({ length: 100 }, () => listed(`w-${++runs}`));
  async function* endless() {
    for (;;) yield page();
  }
  const remembered: Record<string, string>[] = [];
  await pass({
    runs: {
      ...harness.ports.runs,
      due: async () => page(),
      read: async () => {
        takes(1_000);
        return undefined;
      },
    },
    items: async () => {
      takes(100);
      return [];
    },
    audits: {
      ...harness.ports.audits,
      accepted: endless,
      ended: endless,
      remember: async (reached) => void remembered.push(reached),
      compare: async () => {
        takes(100);
        return { items: [], logged: new Set() };
      },
    },
    failedBatches: {
      list: async () => page().map(({ run }) => run),
      read: async () => {
        takes(1_000);
        return [];
      },
      remove: async () => {},
    },
  } as Partial<ReconcilePorts>);
  expect(harness.clock.now - START).toBeLessThan(LONGEST_PASS * MINUTE);
  expect(LONGEST_PASS).toBeLessThan(RECONCILED_EVERY);
  expect(Object.keys(remembered.at(-1)!)).toContain(shardsOf("ended")[0]);
});

test("a pass that finds nothing to publish relays nothing", async () => {
  const relayed: unknown[] = [];
  await pass({ relay: async (changes) => void relayed.push(changes) } as Partial<ReconcilePorts>);
  expect(relayed).toEqual([]);
});

test("changes that the relay has not published after five minutes are relayed, and counted for the alarm", async () => {
  const relayed: unknown[] = [];
  const { outbox } = harness.ports as unknown as Pick<ReconcilePorts, "outbox">;
  await pass({
    outbox: { ...outbox, overdue: async () => [harness.run(), harness.run()] },
    relay: async (changes) => void relayed.push(...changes),
  } as Partial<ReconcilePorts>);
  expect(relayed).toHaveLength(2);
  expect(harness.ports.counts.get("ChangesMissed")).toBe(2);
});

test("unresolved dead letters are counted in each pass, by subscriber", async () => {
  await pass({ deadLettered: async () => ["sell", "mail", "sell"] });
  expect(harness.ports.measured).toEqual([
    { name: "DeadLetters", value: 2, dimensions: { subscriber: "sell" } },
    { name: "DeadLetters", value: 1, dimensions: { subscriber: "mail" } },
  ]);
});

test("each part that fails is named in the error, one a line", async () => {
  const denied = async () => Promise.reject(new Error("denied"));
  const attempt = pass({ subscribers: denied, overdueDeferred: denied });
  await expect(attempt).rejects.toThrow(/^Error: denied\nError: denied$/);
});
