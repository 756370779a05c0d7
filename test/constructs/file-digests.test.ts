import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FileDigests } from "../../lib/constructs/bundles/file-digests.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-digests-"));
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
const digests = () => new FileDigests(path("cache/digests.json"));

/** What is kept of a file is replaced, so that a digest that was read again differs from it. */
function kept(name: string): void {
  const first = digests();
  first.of(path(name));
  first.keep();
  const text = readFileSync(path("cache/digests.json"), "utf8");
  writeFileSync(path("cache/digests.json"), text.replace(/[0-9a-f]{64}/, "kept"));
}

test("a file that has not changed is not read again by another process", () => {
  writeFileSync(path("a.ts"), "first");
  kept("a.ts");
  expect(digests().of(path("a.ts"))).toBe("kept");
  expect(digests().of(path("gone.ts"))).toBeUndefined();
});

test.each<[string, () => void]>([
  ["is written again", () => writeFileSync(path("a.ts"), "other")],
  [
    "is written again with the same size and the time of before",
    () => {
      const { atime, mtime } = statSync(path("a.ts"));
      writeFileSync(path("a.ts"), "FIRST");
      utimesSync(path("a.ts"), atime, mtime);
    },
  ],
  [
    "is replaced by another file",
    () => {
      writeFileSync(path("b.ts"), "FIRST");
      renameSync(path("b.ts"), path("a.ts"));
    },
  ],
])("a file that %s is read again", (_, change) => {
  writeFileSync(path("a.ts"), "first");
  kept("a.ts");
  change();
  expect(digests().of(path("a.ts"))).toMatch(/^[0-9a-f]{64}$/);
});

test("a file that was written just now is read each time: it may change within the tick of the clock", () => {
  writeFileSync(path("a.ts"), "first");
  vi.setSystemTime(statSync(path("a.ts")).ctimeMs + 1_000);
  const one = digests();
  one.of(path("a.ts"));
  one.keep();
  expect(() => statSync(path("cache/digests.json"))).toThrow();
});

test("what cannot be kept, or read, is read from the files", () => {
  writeFileSync(path("a.ts"), "first");
  writeFileSync(path("cache"), "no folder");
  const one = digests();
  const digest = one.of(path("a.ts"));
  one.keep();
  expect(digests().of(path("a.ts"))).toBe(digest);
});
