import { expect, test } from "vitest";
import { Latest } from "../../../local/kernel/latest.ts";

test("the least recently used entry is removed first, by weight", () => {
  const latest = new Latest<string>(10);
  latest.set("a", "first", 4);
  latest.set("b", "second", 4);
  expect(latest.get("a")).toBe("first");
  latest.set("c", "third", 4);
  expect(["a", "b", "c"].map((key) => latest.get(key))).toEqual(["first", undefined, "third"]);
});

test("the newest entry stays even if it exceeds the total weight, and replaces one with its key", () => {
  const latest = new Latest<string>(10);
  latest.set("a", "first", 6);
  latest.set("a", "again", 6);
  latest.set("b", "small", 4);
  expect(latest.get("a")).toBe("again");
  latest.set("c", "large", 20);
  expect(["a", "b", "c"].map((key) => latest.get(key))).toEqual([undefined, undefined, "large"]);
  latest.delete("c");
  latest.set("d", "fits", 10);
  latest.set("e", "is too much", 1);
  expect(latest.get("d")).toBeUndefined();
});
