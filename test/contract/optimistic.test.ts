import { expect, test } from "vitest";
import { AGAIN, optimistically } from "../../lib/contract/optimistic.ts";

test("an attempt that was overtaken reads again, until one is written", async () => {
  const tries: number[] = [];
  const answer = await optimistically(async () => {
    tries.push(tries.length);
    return tries.length < 3 ? AGAIN : undefined;
  });
  expect(answer).toBeUndefined();
  expect(tries).toEqual([0, 1, 2]);
});

test("after the maximum number of attempts, the reason is thrown", async () => {
  let attempts = 0;
  const always = async () => {
    attempts++;
    return AGAIN;
  };
  await expect(optimistically(always, { most: 3, gaveUp: "Try again." })).rejects.toThrow("Try again.");
  expect(attempts).toBe(3);
});
