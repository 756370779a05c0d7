import { spawnSync } from "node:child_process";
import { readdirSync, statSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Store } from "../../../local/kernel/store.ts";
import { folder } from "../cloud/assembly.ts";

/** Syncs that the test lets go when it likes. */
const disk = vi.hoisted(() => ({ held: undefined as (() => void)[] | undefined }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    fdatasync(file: number, done: (error: Error | null) => void) {
      const sync = () => fs.fdatasync(file, done);
      if (disk.held) disk.held.push(sync);
      else sync();
    },
  };
});

let path: string;
let store: Store;
beforeEach(() => {
  disk.held = undefined;
  path = join(folder(), "cloud.sqlite");
  store = Store.open(path);
  store.define("CREATE TABLE IF NOT EXISTS things (name TEXT)");
});
afterEach(() => {
  vi.useRealTimers();
  store.close();
});

const add = (name: string) => store.run("INSERT INTO things VALUES (?)", name);
const names = (of = store) =>
  of.all<{ name: string }>("SELECT name FROM things ORDER BY rowid").map(({ name }) => name);

/** What a process finds that opens the file next. */
function reopened(): string[] {
  store.close();
  store = Store.open(path);
  return names();
}

/** No page may be added from now on, as on a full disk. */
const fill = () => {
  const { page_count: pages } = store.get("PRAGMA page_count")! as { page_count: number };
  store.get(`PRAGMA max_page_count=${pages}`);
};
const LARGE = "x".repeat(100_000);

/** Two changes whose syncs are running: the disk takes no more at a time. */
async function busyDisk() {
  const held: (() => void)[] = [];
  disk.held = held;
  const flushes: Promise<void>[] = [];
  for (const name of ["a", "b"]) {
    add(name);
    flushes.push(store.flushed());
    while (held.length < flushes.length) await turn();
  }
  return { held, flushes };
}

test("turns share a transaction while the disk is busy, and the sync after it", async () => {
  const { held, flushes } = await busyDisk();
  const log = () => statSync(`${path}-wal`).size;
  const size = log();
  const later: Promise<void>[] = [];
  for (const name of ["c", "d"]) {
    add(name);
    later.push(store.flushed());
    await turn();
    await turn();
  }
  expect(log()).toBe(size);
  held[0]!();
  await flushes[0];
  while (held.length < 3) await turn();
  expect(log()).toBeGreaterThan(size);
  held[2]!();
  await Promise.all(later);
  held[1]!();
  await flushes[1];
  expect(held).toHaveLength(3);
  expect(reopened()).toEqual(["a", "b", "c", "d"]);
});

test("the log is one file for as long as the store is open, and does not grow without bound", async () => {
  const log = statSync(`${path}-wal`).ino;
  for (let round = 0; round < 60; round++) {
    for (let row = 0; row < 25; row++) add(LARGE);
    await store.flushed();
  }
  expect(statSync(`${path}-wal`).ino).toBe(log);
  // 150 MB were written; the log starts over at each checkpoint, after some 64 MB.
  expect(statSync(`${path}-wal`).size).toBeLessThan(90_000_000);
  expect(reopened()).toHaveLength(1500);
});

test("a caller during a sync that covers everything waits for that one", async () => {
  disk.held = [];
  add("a");
  const first = store.flushed();
  await turn();
  const second = store.flushed();
  expect(disk.held).toHaveLength(1);
  disk.held[0]!();
  await Promise.all([first, second]);
  expect(disk.held).toHaveLength(1);
});

test("a writer during a sync has another one, and waits only for that", async () => {
  const { held, flushes } = await busyDisk();
  let resolved = false;
  void flushes[0]!.then(() => {
    resolved = true;
  });
  held[1]!();
  await flushes[1];
  await turn();
  expect(resolved).toBe(false);
  held[0]!();
  await flushes[0];
});

test("a caller during two syncs that covers everything waits for the later one", async () => {
  const { held, flushes } = await busyDisk();
  let resolved = false;
  const caller = store.flushed().then(() => {
    resolved = true;
  });
  held[0]!();
  await flushes[0];
  await turn();
  expect(resolved).toBe(false);
  held[1]!();
  await caller;
  expect(held).toHaveLength(2);
});

/** A caller of the store that syncs the log itself, when the test says so. How long it takes is up to the test. */
function callerThatSyncs() {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const sync = Promise.withResolvers<void>();
  const logs: string[] = [];
  const leave = (log: string) => {
    logs.push(log);
    return sync.promise;
  };
  return { sync, logs, leave, answered: store.flushed(leave) };
}

test("a caller that can sync the log does; the others wait for it, and later writers have another sync", async () => {
  const held: (() => void)[] = [];
  disk.held = held;
  add("a");
  const settled: string[] = [];
  const first = store.flushed().then(() => settled.push("another"));
  const { sync, logs, answered } = callerThatSyncs();
  await answered;
  expect(logs).toEqual([`${path}-wal`]);
  add("b");
  const second = store.flushed().then(() => settled.push("later"));
  while (held.length < 1) await turn();
  held[0]!();
  await second;
  expect(settled).toEqual(["later"]);
  sync.resolve();
  await first;
  expect(reopened()).toEqual(["a", "b"]);
});

test("all calls of the thread that syncs the log are answered before it does, since it uses no answer earlier", async () => {
  add("a");
  const { logs, leave, answered } = callerThatSyncs();
  const ofAnother = vi.fn(async () => {});
  let isAnswered = false;
  const another = store.flushed(ofAnother).then(() => {
    isAnswered = true;
  });
  await Promise.all([answered, store.flushed(leave)]);
  await turn();
  expect([logs.length, isAnswered, ofAnother.mock.calls.length]).toEqual([1, false, 0]);
  vi.advanceTimersByTime(5);
  await another;
});

test("if the caller does not sync the log in time, this thread does", async () => {
  add("a");
  const another = store.flushed();
  await callerThatSyncs().answered;
  vi.advanceTimersByTime(5);
  await another;
  expect(reopened()).toEqual(["a"]);
});

test("a disk that refuses the sync of a caller fails all others, even if it is reported late", async () => {
  add("a");
  const another = store.flushed();
  const { sync, answered } = callerThatSyncs();
  await answered;
  sync.reject(new Error("no space left"));
  await expect(another).rejects.toThrow(/could not be written: no space left/);
  expect(() => add("b")).toThrow(/could not be written/);
  store.close();

  store = Store.open(path);
  add("c");
  const inTime = store.flushed();
  const late = callerThatSyncs();
  await late.answered;
  vi.advanceTimersByTime(5);
  await inTime;
  late.sync.reject(new Error("no space left"));
  await turn();
  expect(() => add("d")).toThrow(/could not be written: no space left/);
});

test("close answers every waiter, when everything is on disk", async () => {
  const { held, flushes } = await busyDisk();
  add("c");
  const waiting = store.flushed();
  store.close();
  await waiting;
  for (const sync of held) sync();
  await Promise.all(flushes);
  disk.held = undefined;
  await store.flushed();
  store.close();
  store = Store.open(path);
  expect(names()).toEqual(["a", "b", "c"]);
});

test("if a full disk rolls back a turn's changes, nothing after them is written", async () => {
  add("before");
  await store.flushed();
  fill();
  store.atomically(() => add("cause"));
  const acknowledged = store.flushed();
  expect(() => store.atomically(() => add(LARGE))).toThrow(/could not be written: .*full.*start again/);
  expect(() => store.atomically(() => add("effect"))).toThrow(/could not be written/);
  await expect(acknowledged).rejects.toThrow(/could not be written/);
  await expect(store.flushed()).rejects.toThrow(/could not be written/);
  expect(reopened()).toEqual(["before"]);
});

test("the same without a declared transaction", async () => {
  fill();
  add("cause");
  expect(() => add(LARGE)).toThrow(/full/);
  expect(() => add("effect")).toThrow(/could not be written/);
  await expect(store.flushed()).rejects.toThrow(/could not be written/);
  expect(reopened()).toEqual([]);
});

test("a change that catches an inner error keeps its own writes, at any depth", () => {
  const nest = (depth: number): void =>
    store.atomically(() => {
      add(`${depth}`);
      if (depth === 5) throw new Error("too deep");
      try {
        nest(depth + 1);
      } catch {
        add(`caught in ${depth}`);
      }
    });
  nest(1);
  expect(reopened()).toEqual(["1", "2", "3", "4", "caught in 4"]);
});

test("a constraint that refuses a row rolls back only that row", async () => {
  store.define("CREATE TABLE once (name TEXT PRIMARY KEY)");
  add("a");
  store.run("INSERT INTO once VALUES ('x')");
  expect(() => store.atomically(() => store.run("INSERT INTO once VALUES ('x')"))).toThrow(/UNIQUE/);
  add("b");
  await store.flushed();
  expect(reopened()).toEqual(["a", "b"]);
});

test("the file may be a link", async () => {
  const link = join(folder(), "cloud.sqlite");
  symlinkSync(path, link);
  add("a");
  store.close();
  store = Store.open(link);
  add("b");
  await store.flushed();
  expect(names()).toEqual(["a", "b"]);
});

test("a folder's name is never mistaken for a URI", () => {
  const directory = folder();
  const script = `
    const { mkdirSync } = await import("node:fs");
    const { Store } = await import(${JSON.stringify(resolve("local/kernel/store.ts"))});
    mkdirSync("file:x?mode=memory#");
    Store.open("file:x?mode=memory#/cloud.sqlite").close();`;
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: directory });
  expect(String(stderr)).toBe("");
  expect(readdirSync(join(directory, "file:x?mode=memory#"))).toContain("cloud.sqlite");
});
