import { expect, test } from "vitest";
import { Latest } from "../../../local/kernel/latest.ts";

test("what was not used while half of the total weight was used is dropped", () => {
  const latest = new Latest<string>(20);
  latest.set("a", "first", 5);
  latest.set("b", "second", 5);
  expect(latest.get("a")).toBe("first");
  latest.set("c", "third", 5);
  expect(["a", "b", "c"].map((key) => latest.get(key))).toEqual(["first", undefined, "third"]);
});

test("a value replaces one with its key, and its weight that of the other", () => {
  const latest = new Latest<string>(20);
  latest.set("a", "first", 6);
  latest.set("a", "again", 6);
  latest.set("b", "small", 1);
  latest.set("a", "third", 6);
  expect(["a", "b"].map((key) => latest.get(key))).toEqual(["third", "small"]);
  latest.set("c", "large", 20);
  latest.set("a", "last", 1);
  expect(["a", "b", "c"].map((key) => latest.get(key))).toEqual(["last", "small", "large"]);
});

test("a deleted value is gone, from whichever generation, and its weight", () => {
  const latest = new Latest<string>(20);
  latest.set("a", "old", 10);
  latest.set("b", "young", 9);
  latest.delete("a");
  latest.delete("b");
  expect(["a", "b"].map((key) => latest.get(key))).toEqual([undefined, undefined]);
  latest.set("c", "fits", 9);
  latest.set("d", "fits, too", 10);
  expect(latest.get("c")).toBe("fits");
});

test("the newest value stays, whatever its weight", () => {
  const latest = new Latest<string>(10);
  latest.set("a", "small", 1);
  latest.set("b", "large", 20);
  expect(latest.get("b")).toBe("large");
});
