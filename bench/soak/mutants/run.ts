import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { setPriority } from "node:os";
import { parseArgs } from "node:util";
import { ROOT } from "../../harness.ts";
import { DECISIONS, TESTS } from "./decisions.ts";
import { FOLDER, fileOf, tableOf } from "./table.ts";

/**
 * Changes the expressions of the runtime's decisions one by one with Stryker, part by part, and prints the table of what the tests
 * found.
 *
 *   node bench/soak/mutants/run.ts [part …] [--table]
 *
 * Each part has a report of its own, which is also written when a run is interrupted: a later run tries only what is missing and
 * what has changed. `--table` runs nothing.
 */
const { values, positionals } = parseArgs({
  options: { table: { type: "boolean" } },
  allowPositionals: true,
});
const unknown = positionals.filter((part) => !DECISIONS[part]);
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}. There is ${Object.keys(DECISIONS).join(", ")}.`);
  process.exit(2);
}
const parts = positionals.length > 0 ? positionals : Object.keys(DECISIONS);
mkdirSync(FOLDER, { recursive: true });
setPriority(10);
if (!values.table)
  for (const part of parts) {
    const { status } = spawnSync(
      "npx",
      [
        "stryker",
        "run",
        "bench/soak/mutants/stryker.config.json",
        "--incrementalFile",
        fileOf(part),
        "--mutate",
        DECISIONS[part]!.join(),
      ],
      { cwd: ROOT, stdio: "inherit", env: { ...process.env, MUTANTS_TESTS: TESTS.join() } },
    );
    if (status !== 0) process.exit(2);
  }
console.log(tableOf(parts));
