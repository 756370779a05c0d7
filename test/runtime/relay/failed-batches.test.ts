import { expect, test } from "vitest";
import type { Change } from "../../../lambdas/runtime/relay/change.ts";
import { republishFailed } from "../../../lambdas/runtime/relay/failed-batches.ts";
import { memoryObservation } from "../memory/memory.ts";
import { runItem } from "./log-items.ts";

/** Batches that were given up, by name; the bus refuses what is in `refused`. */
function setUp(names: string[], refused: string[] = []) {
  const kept = new Map(names.map((name) => [name, [{ after: runItem(1, 0, { run: name }) }]]));
  const relayed: string[] = [];
  let now = 0;
  const ports = {
    ...memoryObservation(),
    now: () => now,
    random: () => (now / 71_000) % 1,
    failedBatches: {
      list: async () => [...kept.keys()],
      read: async (name: string) => {
        if (name === "unreadable") throw new Error("no JSON");
        return kept.get(name)! as Change[];
      },
      remove: async (name: string) => void kept.delete(name),
    },
    relay: async ([change]: Change[]) => {
      const { run } = change!.after as { run: string };
      now += 16_000;
      if (refused.includes(run)) return 0;
      relayed.push(run);
      return undefined;
    },
  };
  return { ports, relayed, left: () => [...kept.keys()] };
}

test("changes that the relay gave up are published once, and their batch is removed", async () => {
  const { ports, relayed, left } = setUp(["a", "b"]);
  await republishFailed(ports);
  await republishFailed(ports);
  expect([relayed, left()]).toEqual([["a", "b"], []]);
});

test("changes that still cannot be published stay, are counted, and do not block others", async () => {
  const { ports, relayed, left } = setUp(["unreadable", "refused", "a"], ["refused"]);
  await republishFailed(ports);
  expect([relayed, left()]).toEqual([["a"], ["unreadable", "refused"]]);
  expect(ports.counts.get("ChangesFailed")).toBe(2);
  expect(ports.lines.filter(({ level }) => level === "error")).toHaveLength(2);
});

test("if there are too many for one pass, the rest is for the next", async () => {
  const { ports, relayed, left } = setUp(["a", "b", "c"]);
  await republishFailed(ports);
  expect([relayed, left()]).toEqual([["a", "b"], ["c"]]);
});

test("what comes after many that fail each time is reached in a later pass", async () => {
  const broken = Array.from({ length: 20 }, (_, at) => `broken-${at}`);
  const { ports, left } = setUp([...broken, "a", "b"], broken);
  for (let pass = 0; pass < 80; pass++) await republishFailed(ports);
  expect(left()).toEqual(broken);
});
