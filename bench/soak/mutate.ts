import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MUTATIONS } from "./mutations.ts";

/**
 * Plants faults one by one and runs the runtime's tests over each: every one has to be found.
 *
 *   node bench/soak/mutate.ts [--only <name>]
 *
 * Ends with 1 where a fault was not found.
 */
const { values } = parseArgs({ options: { only: { type: "string" } } });
const ROOT = join(import.meta.dirname, "../..");
const chosen = MUTATIONS.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  console.error(
    `There is no mutation "${values.only}". There is ${MUTATIONS.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}
const lost = chosen.filter(
  ({ file, from }) => readFileSync(join(ROOT, file), "utf8").split(from).length !== 2,
);
if (lost.length > 0) {
  console.error(`Adapt ${lost.map(({ name }) => name).join(", ")}: their text is not once in their file.`);
  process.exit(2);
}

/** Runs the tests with a fault planted, or none. Answers what failed first; undefined where nothing did. */
function failureWith(MUTATION: string): string | undefined {
  const { status, stdout } = spawnSync(
    "npx",
    ["vitest", "run", "--config", "bench/soak/mutations.config.ts", "--bail", "1", "--maxWorkers", "1"],
    { cwd: ROOT, env: { ...process.env, MUTATION, NO_COLOR: "1" }, encoding: "utf8" },
  );
  if (status === 0) return undefined;
  return /^ *FAIL +(.*)/m.exec(stdout)?.[1] ?? stdout.slice(-400);
}

const before = failureWith("");
if (before) {
  console.error(`The tests fail without a fault: ${before}`);
  process.exit(2);
}
let survived = 0;
for (const { name, breaks } of chosen) {
  const failure = failureWith(name);
  if (!failure) survived++;
  console.log(failure ? `found    ${name}: ${failure}` : `SURVIVED ${name}: ${breaks}`);
}
console.log(`${chosen.length - survived} of ${chosen.length} faults found.`);
if (survived > 0) process.exitCode = 1;
