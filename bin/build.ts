import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { consoleFolder } from "../lib/constructs/control-plane/console-assets.ts";

/**
 * Builds the content of the package into dist/, in the layout of the sources: JavaScript with its types,
 * since Node strips no types from packages, and the built console.
 */
const root = join(import.meta.dirname, "..");
const out = join(root, "dist");

rmSync(out, { recursive: true, force: true });
const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
// The test of the package leaves the check of types, which takes half of the time, to `npm run typecheck`. Other tests
// run at the same time, and one thread takes a quarter less of the processors than several.
const unchecked = process.env.MILLRACE_BUILD_UNCHECKED === "true" ? ["--noCheck", "--singleThreaded"] : [];
const command = [join(typescript, "bin/tsc"), "-p", "tsconfig.build.json", ...unchecked];
const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: "inherit" });
if (status !== 0) process.exit(1);
// The code of a function's thread is JavaScript already.
cpSync(join(root, "local/lambda/thread"), join(out, "local/lambda/thread"), {
  recursive: true,
  filter: (path) => !path.endsWith(".ts"),
});
cpSync(consoleFolder(), join(out, "console/dist"), { recursive: true });
