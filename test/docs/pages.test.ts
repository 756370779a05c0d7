import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const folders = execFileSync("git", ["ls-files", "--", "*/*"], { cwd: root, encoding: "utf8" });
const FOLDER = [...new Set(folders.split("\n").map((file) => file.split("/")[0]!))]
  .filter((folder) => /^[a-z]/.test(folder))
  .join("|");
/** A path of this repository, in backquotes. */
const PATH = new RegExp(`\`((?:${FOLDER})/[\\w./-]+)\``, "g");

/** Pages whose paths are those of the reader's project. */
const OF_READERS = /^docs\/(tutorial|embedding)\.md$/;
const pages = execFileSync("git", ["ls-files", "--", "*.md"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter(
    (page) =>
      page && !OF_READERS.test(page) && !/^(bench\/soak|docs\/adr|docs\/reference|docs\/events)/.test(page),
  );

test.each(pages)("the files that %s names exist", (page) => {
  const named = [...read(page).matchAll(PATH)].map(([, path]) => path!);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("the guide for contributors names the files of its examples", () => {
  expect([...read("CONTRIBUTING.md").matchAll(PATH)].length).toBeGreaterThan(25);
});

test("the page about the architecture names the folders inside constructs, the local cloud and tests", () => {
  const page = read("docs/architecture.md");
  const foldersOf = (parent: string) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  const isEngine = (folder: string) => existsSync(join(root, "local", folder, "descriptor.ts"));
  // The folders of `test` with these names mirror the sources.
  const mirrored = new Set(["local", "testing", "console", "workflows", "examples", "cli", "runtime"]);
  for (const folder of foldersOf("lib")) mirrored.add(folder);
  const inside = [
    ...foldersOf("lib/constructs").map((folder) => `lib/constructs/${folder}`),
    ...foldersOf("local")
      .filter((folder) => !isEngine(folder))
      .map((folder) => `local/${folder}`),
    ...foldersOf("test")
      .filter((folder) => !mirrored.has(folder))
      .map((folder) => `test/${folder}`),
  ];
  expect(inside.filter((folder) => !page.includes(`| \`${folder}\` |`))).toEqual([]);
});

test("the README can be read in five minutes", () => {
  expect(read("README.md").split(/\s+/).length).toBeLessThan(900);
});
