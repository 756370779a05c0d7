import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { MachineFacts } from "./facts.ts";

/** Reads the versions of Node.js and of the project's packages. */
export function machineFacts(folder = process.cwd()): MachineFacts {
  return {
    node: process.versions.node,
    cdkCli: packageVersion(folder, "aws-cdk"),
    cdkLibrary: packageVersion(folder, "aws-cdk-lib"),
  };
}

function packageVersion(folder: string, name: string): string | undefined {
  const require = createRequire(join(folder, "package.json"));
  try {
    return JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")).version;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
