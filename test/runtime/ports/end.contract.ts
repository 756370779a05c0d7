import { describe, expect, test } from "vitest";
import type { Effects } from "../../../lambdas/runtime/completion/ports.ts";
import type { Commands, Controls, Waiting } from "../../../lambdas/runtime/control/ports.ts";
import { CommandKept, type Runs } from "../../../lambdas/runtime/ports/runs.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { commandKey, settingsKey } from "../../../lib/contract/keys/control.ts";
import { deferredKey, deferredPartition, deferredRequestKey } from "../../../lib/contract/keys/deferred.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import type {
  ClaimItem,
  CommandItem,
  ControlItem,
  DeferredItem,
  OperatorAction,
  RunItem,
  SettingsItem,
} from "../../../lib/contract/table.ts";

/** An implementation of the ports behind ends and control. */
export interface EndImplementation {
  runs: Runs;
  effects: Effects;
  commands: Commands;
  controls: Controls;
  waiting: Waiting;
  get(key: ItemKey): Promise<any>;
  /** Puts an item as it is. */
  put(item: object): Promise<void>;
}

let runs = 0;
const TIME = "2026-11-21T10:00:00.000Z";

/** What every implementation must do. Each test uses a run of its own. */
export function endContract(name: string, open: () => Promise<EndImplementation>): void {
  describe(name, () => {
    const fresh = async () => {
      const harness = await open();
      const run = `ended${++runs}`;
      const item = {
        ...runKey(run),
        kind: "run",
        run,
        workflow: run,
        epoch: 1,
        status: "running",
        revision: 1,
        event: { id: "e", correlation: "c", hops: 0 },
        input: "{}",
        acceptedAt: TIME,
        changedAt: TIME,
      } as unknown as RunItem;
      await harness.runs.accept(item);
      return { harness, run };
    };
    const effect = (run: string, path: string, more: Partial<ClaimItem> = {}) => ({
      ...claimKey(run, 1, path, more.direction ?? "do"),
      kind: "claim",
      run,
      epoch: 1,
      workflow: "w",
      step: path,
      path,
      direction: "do",
      state: "done",
      attempt: 1,
      startedAt: TIME,
      correlation: "c",
      cause: "e",
      hops: 0,
      revision: 1,
      expiresAt: 9,
      undo: { step: `undo-${path}`, input: 1 },
      ...more,
    });

    describe("a change of a run", () => {
      test("is made fifty times by fifty concurrent writers, each on the last", async () => {
        const { harness, run } = await fresh();
        const count = (item: RunItem): RunItem => {
          const { round = 0 } = item.compensation ?? {};
          return { ...item, compensation: { round: round + 1, open: true, undone: 0, failed: 0 } };
        };
        // A change gives up after twenty others got ahead of it.
        for (let batch = 0; batch < 5; batch++)
          await Promise.all(Array.from({ length: 10 }, () => harness.runs.change(run, count)));
        const item = await harness.runs.read(run);
        expect(item).toMatchObject({ compensation: { round: 50 }, revision: 51 });
      });

      test("removes what it leaves out, and writes nothing if it returns the same item", async () => {
        const { harness, run } = await fresh();
        await harness.runs.change(run, (item) => ({ ...item, output: 1, key: "k" }));
        await harness.runs.change(run, ({ output: _, ...item }) => item);
        const after = await harness.runs.change(run, (item) => item);
        expect(after).not.toHaveProperty("output");
        expect(after).toMatchObject({ key: "k", revision: 3 });
      });

      test("throws what its function throws, and is undefined for an unknown run", async () => {
        const { harness, run } = await fresh();
        const refuse = () => {
          throw new TypeError("no");
        };
        await expect(harness.runs.change(run, refuse)).rejects.toThrow("no");
        expect(await harness.runs.change("unknown", (item) => item)).toBeUndefined();
      });
    });

    describe("effects", () => {
      const failure = { error: "x", cause: "y" };

      test("are those of all epochs; an undo without a claim can be given up too", async () => {
        const { harness, run } = await fresh();
        const [first, second] = [effect(run, "a"), effect(run, "b", { epoch: 2, ...claimKey(run, 2, "b") })];
        await harness.put(first);
        await harness.put(second);
        expect((await harness.effects.of(run)).map(({ path }) => path).sort()).toEqual(["a", "b"]);
        const key = claimKey(run, 1, "a", "undo");
        await harness.effects.giveUp(first as unknown as ClaimItem, key, failure);
        expect(await harness.get(key)).toMatchObject({
          kind: "claim",
          run,
          path: "a",
          step: "undo-a",
          direction: "undo",
          givenUp: failure,
        });
        expect(await harness.get(key)).not.toHaveProperty("state");
      });

      test("that are undone after all are not given up", async () => {
        const { harness, run } = await fresh();
        const undone = effect(run, "a", { direction: "undo" });
        await harness.put(undone);
        await harness.effects.giveUp(effect(run, "a") as unknown as ClaimItem, undone, failure);
        expect(await harness.get(undone)).not.toHaveProperty("givenUp");
      });
    });

    describe("a change that a command requests", () => {
      const command = (run: string, says: string) =>
        ({
          ...commandKey(run),
          kind: "command",
          command: { key: run },
          outcome: { done: true, says },
        }) as unknown as CommandItem;
      const order: OperatorAction = { by: "ada", why: "", key: "k", at: TIME };

      test("of a run is written with the command or not at all, and never a second time", async () => {
        const { harness, run } = await fresh();
        const pause = (item: RunItem): RunItem => ({ ...item, paused: order });
        const after = await harness.runs.change(run, pause, {
          command: ({ paused }) => command(run, `paused by ${paused?.by}`),
        });
        expect(after).toMatchObject({ paused: order, revision: 2 });
        expect(await harness.runs.read(run)).toEqual(after);
        expect((await harness.commands.find(run))?.outcome.says).toBe("paused by ada");
        const resumed = await harness.runs.change(run, ({ paused: _, ...item }) => item);
        const again = harness.runs.change(run, pause, { command: () => command(run, "again") });
        await expect(again).rejects.toThrow(CommandKept);
        expect(await harness.runs.read(run)).toEqual(resumed);
      });

      test("of a workflow is written with the command or not at all", async () => {
        const { harness, run } = await fresh();
        const change = (name: string, says: string) =>
          harness.controls.change("workflow", run, (item) => ({ ...item, [name]: order }), {
            command: () => command(run, says),
          });
        expect(await change("paused", "first")).toMatchObject({ paused: order, revision: 1 });
        await expect(change("drained", "second")).rejects.toThrow(CommandKept);
        expect(await harness.controls.read("workflow", run)).not.toHaveProperty("drained");
        expect((await harness.commands.find(run))?.outcome.says).toBe("first");
      });
    });

    test("settings, their revision and the command are one write", async () => {
      const { harness, run } = await fresh();
      const set = { by: "ada", why: "w", at: "2026-01-01T00:00:00.000Z" };
      const change = (key: string, value: number) =>
        harness.controls.change(
          "workflow",
          run,
          (item) => ({
            ...item,
            settings: {
              revision: (item.settings?.revision ?? 0) + 1,
              values: { mostHops: { value, ...set } },
            },
          }),
          {
            command: () =>
              ({
                ...commandKey(key),
                command: { key },
                kind: "command",
                outcome: { done: true, says: "" },
                revision: 1,
              }) as unknown as CommandItem,
            settings: ({ settings }) =>
              ({
                ...settingsKey("workflow", run, settings!.revision),
                kind: "settings",
                target: "workflow",
                name: run,
                settings: settings!.revision,
                changes: {},
                values: settings!.values,
                key,
                ...set,
                revision: 1,
              }) as SettingsItem,
          },
        );
      const key = `settings ${run}`;
      await change(key, 4);
      // Delivered again: neither another revision, nor another value.
      await expect(change(key, 5)).rejects.toThrow(CommandKept);
      await change(`${key} later`, 6);
      const of = (revision: number) => harness.controls.settings("workflow", run, revision);
      expect((await harness.controls.read("workflow", run))?.settings).toMatchObject({
        revision: 2,
        values: { mostHops: { value: 6 } },
      });
      expect(await of(1)).toMatchObject({ values: { mostHops: { value: 4 } }, key });
      expect(await of(2)).toMatchObject({ values: { mostHops: { value: 6 } } });
      expect(await of(3)).toBeUndefined();
    });

    test("the first command of a key counts", async () => {
      const { harness, run } = await fresh();
      const command = (says: string) =>
        ({ ...commandKey(run), kind: "command", outcome: { done: true, says }, revision: 1 }) as CommandItem;
      expect(await harness.commands.find(run)).toBeUndefined();
      await harness.commands.keep(command("first"));
      expect((await harness.commands.keep(command("second"))).outcome.says).toBe("first");
      expect((await harness.commands.find(run))?.outcome.says).toBe("first");
    });

    test("changes of a workflow's state are applied one after another", async () => {
      const { harness, run } = await fresh();
      const order: OperatorAction = { by: "ada", why: "", key: "k", at: TIME };
      expect(await harness.controls.read("workflow", run)).toBeUndefined();
      const changes = ["paused", "drained"].map((name) =>
        harness.controls.change("workflow", run, (item) => ({ ...item, [name]: order })),
      );
      await Promise.all(changes);
      await harness.controls.change("workflow", run, ({ paused: _, ...item }) => item as ControlItem);
      const item = await harness.controls.read("workflow", run);
      expect(item).toMatchObject({ target: "workflow", name: run, drained: order, revision: 3 });
      expect(item).not.toHaveProperty("paused");
    });

    test("deferred messages and held runs are found by run, by workflow and by time", async () => {
      const { harness, run: workflow } = await fresh();
      const run = runId(workflow, "e", "one");
      const defer = (path: string, at: string, more: Partial<DeferredItem> = {}) =>
        harness.put({
          ...deferredKey(run, 1, path, "do"),
          kind: "deferred",
          run,
          epoch: 1,
          workflow,
          path,
          deferredAt: at,
          owner: "o",
          list: shardOf(`deferred#${workflow}`, run),
          listedAt: at,
          ...more,
        });
      const late = "2026-11-21T11:00:00.000Z";
      await defer("a", TIME, { reason: "run paused" });
      await defer("b", late, { reason: "workflow paused" });
      // Of two machines, one may be ahead of the other.
      await defer("c", "2030-01-01T00:00:00.000Z", { reason: "workflow paused" });
      const list = { list: undefined, listedAt: undefined };
      await defer("d", TIME, {
        ...list,
        reason: "breaker open",
        due: shardOf("deferred-due", run),
        dueAt: TIME,
      });
      await defer("e", TIME, { ...deferredRequestKey(run, 1, "e"), ...list, reason: "run paused" });
      const paths = (items: DeferredItem[]) => items.map(({ path }) => path);
      expect(paths(await harness.waiting.deferredOfRun(run, "run paused", 9))).toEqual(["a", "e"]);
      expect(paths(await harness.waiting.deferredOfRun(run, "run paused", 1))).toEqual(["a"]);
      expect(paths(await harness.waiting.deferredOfWorkflow(workflow, "workflow paused", 9)).sort()).toEqual([
        "b",
        "c",
      ]);
      expect(await harness.waiting.deferredOfWorkflow(workflow, "workflow paused", 1)).toHaveLength(1);
      expect((await harness.waiting.overdueDeferred(TIME, 99)).map(({ pk }) => pk)).toContain(
        deferredPartition(run),
      );
      const others = ["a", "b", "c", "d"].map((id) => runId(workflow, "e", id));
      expect(new Set(others.map((other) => shardOf("due", other))).size).toBeGreaterThan(1);
      for (const [at, other] of others.entries()) {
        const time = new Date(Date.parse(late) - at * 1000).toISOString();
        const held = { ...runKey(other), kind: "run", run: other, acceptedAt: time };
        await harness.put({ ...held, due: shardOf(`held#${workflow}`, other), dueAt: time });
      }
      expect(await harness.waiting.heldRuns(workflow, late, 9)).toEqual(others.toReversed());
    });
  });
}
