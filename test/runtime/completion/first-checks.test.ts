import { expect, test } from "vitest";
import { scheduleChecks } from "../../../lambdas/runtime/completion/first-checks.ts";
import { reportHeld } from "../../../lambdas/runtime/completion/held.ts";
import { shardsOf } from "../../../lib/contract/keys/index-partitions.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { RunItem, TableItem } from "../../../lib/contract/table.ts";
import { memoryObservation } from "../memory/memory.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const iso = (time: number) => new Date(time).toISOString();
const open = (run: string, more: Partial<RunItem> = {}) =>
  ({ ...runKey(run), kind: "run", run, status: "running", acceptedAt: iso(NOW), ...more }) as RunItem;

test("each open run without a check gets one, an hour after its acceptance, and no other item does", async () => {
  const items: (TableItem | undefined)[] = [
    open("open"),
    open("ended", { status: "succeeded" }),
    open("checked", { due: "due#1" }),
    { ...open("other"), kind: "claim" } as never,
    undefined,
  ];
  const page = items.map((item, at) => ({ pk: item?.pk ?? "gone", sk: "run", run: `${at}`, at: iso(NOW) }));
  const [first] = shardsOf("run");
  const watched: unknown[] = [];
  const remembered: Record<string, string>[] = [];
  await scheduleChecks({
    runs: { watch: async (run, at) => void watched.push([run, at]) },
    audits: {
      reached: async () => ({}),
      remember: async (reached) => void remembered.push(reached),
      accepted: async function* (partition: string) {
        if (partition === first) yield page;
      },
    },
    items: async (keys) => items.filter((item) => keys.some(({ pk }) => pk === item?.pk)) as TableItem[],
    now: () => NOW + 11 * MINUTE,
  });
  expect(watched).toEqual([["open", NOW + HOUR]]);
  // The progress of its own: other readers of the same partition have theirs.
  expect(Object.keys(remembered[0]!)).toEqual([`watched ${first}`]);
});

test("held runs are counted by workflow; one without any, or that was never paused, is not checked further", async () => {
  const [asked, searched]: [string[], string[]] = [[], []];
  const observation = memoryObservation();
  const ports = {
    ...observation,
    runs: { change: async () => Promise.reject(new Error("changed")) },
    workflows: ["none", "held", "never paused"],
    controlled: async (target: string, names: readonly string[]) =>
      names.filter((name) => target === "workflow" && name !== "never paused"),
    isActive: async (_: string, workflow: string) => asked.push(workflow) === 0,
    heldRuns: async (workflow: string, until: string, limit: number) => {
      searched.push(workflow);
      return workflow === "held" && until === iso(NOW - HOUR) && limit === 100 ? ["r1", "r2"] : [];
    },
    now: () => NOW,
  };
  await reportHeld(ports);
  expect(asked).toEqual(["held"]);
  expect(searched).toEqual(["none", "held"]);
  expect(observation.lines).toHaveLength(1);
  expect(observation.measured).toEqual([
    { name: "RunsNotStarted", value: 2, dimensions: { workflow: "held" } },
  ]);
});
