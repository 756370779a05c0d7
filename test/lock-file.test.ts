import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

interface Locked {
  version: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, "../package-lock.json"), "utf8")) as {
  packages: Record<string, Locked>;
};

/** Where Node.js finds a package from another: in its own node_modules, or in those of a folder above. */
function found(name: string, from: string): boolean {
  const folders = from
    .split("/node_modules/")
    .map((_, at, all) => all.slice(0, at + 1).join("/node_modules/"));
  return ["", ...folders].some((folder) => packages[`${folder}${folder && "/"}node_modules/${name}`]);
}

test("the lock file has each package's dependencies, those of other platforms included: npm ci demands them", () => {
  const missing = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !found(name, path))
      .map((name) => `${name}, which ${path || "the project"} depends on`),
  );
  expect(missing).toEqual([]);
});
