import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesOf, ROOT, read } from "./repository.ts";

const FOLDER = [...new Set(filesOf("*/*").map((file) => file.split("/")[0]!))]
  .filter((folder) => /^[a-z]/.test(folder))
  .join("|");
/** A path of this repository, in backquotes. */
const PATH = new RegExp(`\`((?:${FOLDER})/[\\w./-]+)\``, "g");

/** All but the one whose paths are those of the reader's project. */
const pages = filesOf("*.md").filter((page) => page !== "docs/tutorial.md");

test.each(pages)("the files that %s names exist", (page) => {
  const named = [...read(page).matchAll(PATH)].map(([, path]) => path!);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test("the guide for contributors names the files of its examples", () => {
  expect([...read("CONTRIBUTING.md").matchAll(PATH)].length).toBeGreaterThan(25);
});

test("the page about the architecture names the folders inside constructs, the local cloud and tests", () => {
  const page = read("docs/architecture.md");
  const foldersOf = (parent: string) =>
    readdirSync(join(ROOT, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  const isEngine = (folder: string) => existsSync(join(ROOT, "local", folder, "descriptor.ts"));
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
