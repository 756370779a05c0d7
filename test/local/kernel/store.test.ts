import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Store } from "../../../local/kernel/store.ts";

const disk = vi.hoisted(() => ({ synced: 0, failure: undefined as Error | undefined }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    fdatasync(file: number, done: (error: Error | null) => void) {
      disk.synced++;
      if (disk.failure) done(disk.failure);
      else fs.fdatasync(file, done);
    },
  };
});

let store: Store;
beforeEach(() => {
  disk.synced = 0;
  disk.failure = undefined;
  store = Store.open(join(mkdtempSync(join(tmpdir(), "store-")), "cloud.sqlite"));
  store.define("CREATE TABLE things (name TEXT PRIMARY KEY)");
});
afterEach(() => store.close());

const add = (name: string) => store.run("INSERT INTO things VALUES (?)", name);
const names = () =>
  store.all<{ name: string }>("SELECT name FROM things ORDER BY name").map(({ name }) => name);

test("a change without a waiter is synced for the next caller that asks", async () => {
  add("a");
  await turn();
  await turn();
  expect(disk.synced).toBe(0);
  await store.flushed();
  expect(disk.synced).toBe(1);
});

test("changes of one turn share a sync, and nothing is synced twice", async () => {
  add("a");
  add("b");
  await Promise.all([store.flushed(), store.flushed()]);
  expect(disk.synced).toBe(1);
  await store.flushed();
  expect(disk.synced).toBe(1);
});

test("a limit that is given with each use is not part of the plan, which SQLite would otherwise make for each value", () => {
  const limited = "SELECT name FROM things ORDER BY name LIMIT ?";
  expect(store.prepare(limited).sourceSQL).toBe("SELECT name FROM things ORDER BY name LIMIT +?");
  for (const name of ["a", "b", "c"]) add(name);
  expect(store.all(limited, 2)).toHaveLength(2);
  expect(store.all(limited, -1)).toHaveLength(3);
});

test("a disk that refuses fails every waiting caller, and every later one", async () => {
  disk.failure = new Error("no space left");
  add("a");
  await expect(store.flushed()).rejects.toThrow("no space left");
  await expect(store.flushed()).rejects.toThrow("no space left");
  expect(() => add("b")).toThrow("no space left");
});

test("a copy begins with the content of its source, and neither sees the other's changes", () => {
  const original = Store.open(":memory:");
  original.define("CREATE TABLE things (name TEXT PRIMARY KEY)");
  const add = (to: Store, name: string) => to.run("INSERT INTO things VALUES (?)", name);
  const names = (of: Store) => of.all("SELECT name FROM things ORDER BY name").map(({ name }) => name);
  add(original, "a");
  const copy = Store.copy(original.content());
  add(copy, "b");
  add(original, "c");
  expect([names(original), names(copy)]).toEqual([
    ["a", "c"],
    ["a", "b"],
  ]);
  original.close();
  copy.close();
});

test("the next copy begins with the same content, whatever happened to the previous one", async () => {
  const original = Store.open(":memory:");
  original.define("CREATE TABLE things (number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)");
  const add = (to: Store, name: string) => to.run("INSERT INTO things (name) VALUES (?)", name);
  add(original, "a");
  const content = original.content();
  const things = (of: Store) => of.all("SELECT * FROM things ORDER BY number").map((row) => ({ ...row }));

  const first = Store.copy(content);
  add(first, "b");
  await first.flushed();
  first.define("CREATE TABLE others (name TEXT)");
  first.run("DELETE FROM things WHERE name = 'a'");
  const another = Store.copy(content);
  first.close();

  const second = Store.copy(content);
  for (const copy of [second, another]) {
    expect(things(copy)).toEqual([{ number: 1, name: "a" }]);
    expect(() => copy.all("SELECT * FROM others")).toThrow("no such table");
    add(copy, "c");
    expect(things(copy)).toHaveLength(2);
  }
  // A holder of the first does not reach into the second.
  expect(() => add(first, "d")).toThrow("closed");
  expect(() => things(first)).toThrow("closed");
  expect(() => first.atomically(() => {})).toThrow("closed");
  for (const one of [original, second, another]) one.close();
});

test("an error inside atomically leaves nothing; the outer change stays", () => {
  store.atomically(() => {
    add("outer");
    const inner = () =>
      store.atomically(() => {
        add("inner");
        throw new Error("no");
      });
    expect(inner).toThrow("no");
  });
  expect(names()).toEqual(["outer"]);
});

test("everything written while a change runs is rolled back if it throws, by any writer", async () => {
  add("before");
  const change = store.whole(async () => {
    store.define("CREATE TABLE more (name TEXT)");
    add("within");
    await turn();
    await store.flushed();
    await turn();
    throw new Error("refused");
  });
  add("by another");
  await expect(change).rejects.toThrow("refused");
  expect(names()).toEqual(["before"]);
  expect(store.all("SELECT name FROM sqlite_master WHERE name = 'more'")).toEqual([]);
  add("after");
  await store.flushed();
  expect(names()).toEqual(["after", "before"]);
});

test("a change that ends is on disk as a whole, by one sync", async () => {
  await store.whole(async () => {
    for (const name of ["a", "b"]) {
      add(name);
      await store.flushed();
      await turn();
    }
  });
  expect(disk.synced).toBe(0);
  await store.flushed();
  expect(disk.synced).toBe(1);
  expect(names()).toEqual(["a", "b"]);
});
