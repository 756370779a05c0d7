import { expect, test } from "vitest";
import { remembered } from "../../../local/kernel/remembered.ts";

test("an answer is computed once, and again when too many others came after it", () => {
  const computed: string[] = [];
  const lengthOf = remembered(2, (text) => {
    computed.push(text);
    return text.length;
  });
  expect(["a", "bb", "a", "bb"].map(lengthOf)).toEqual([1, 2, 1, 2]);
  expect(computed).toEqual(["a", "bb"]);
  expect(lengthOf("ccc")).toBe(3);
  expect(["bb", "ccc", "a"].map(lengthOf)).toEqual([2, 3, 1]);
  expect(computed).toEqual(["a", "bb", "ccc", "a"]);
});

test("what is refused is refused each time, and no answer is one too", () => {
  const computed: string[] = [];
  const read = remembered(2, (text) => {
    computed.push(text);
    if (text === "") throw new Error("empty");
    return undefined;
  });
  for (const _ of [1, 2]) expect(() => read("")).toThrow("empty");
  for (const _ of [1, 2]) expect(read("a")).toBeUndefined();
  expect(computed).toEqual(["", "", "a"]);
});
