import { expect, test } from "vitest";
import { mapConcurrently } from "../../lib/contract/map-concurrently.ts";

test("results come in the order of the items, whichever ends first", async () => {
  const ends: (() => void)[] = [];
  const all = mapConcurrently(["a", "b", "c"], 3, async (item) => {
    await new Promise<void>((resolve) => ends.push(resolve));
    return item.toUpperCase();
  });
  for (const end of ends.reverse()) end();
  expect(await all).toEqual(["A", "B", "C"]);
});

test("no more than the given number runs at a time", async () => {
  let running = 0;
  let most = 0;
  const results = await mapConcurrently([1, 2, 3, 4, 5], 2, async (item) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    return item;
  });
  expect({ most, results }).toEqual({ most: 2, results: [1, 2, 3, 4, 5] });
});

test("the first error rejects, and work for the other items continues", async () => {
  const done: number[] = [];
  const all = mapConcurrently([1, 2, 3, 4], 2, async (item) => {
    await Promise.resolve();
    if (item === 1) throw new Error("one");
    done.push(item);
  });
  await expect(all).rejects.toThrow("one");
  await expect.poll(() => done).toEqual([2, 3, 4]);
});
