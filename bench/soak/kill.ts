import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { seededRandom } from "../../local/kernel/random.ts";
import { killAndCount } from "../../test/local/durability/kill/kills.ts";

/**
 * Kills the local cloud a hundred times (SIGKILL, at random moments, also while it starts), and counts what is left.
 *
 *   node bench/soak/kill.ts [--kills 100] [--seed n]
 *
 * Ends with 1 where something acknowledged was lost, or something was done twice. The folder is kept then.
 */
const { values } = parseArgs({ options: { kills: { type: "string" }, seed: { type: "string" } } });
const times = Number(values.kills ?? 100);
const seed = values.seed ?? String(Date.now() % 1e6);
const data = mkdtempSync(join(tmpdir(), "kill-"));
console.log(`seed ${seed}, ${times} kills, data in ${data}`);

const began = performance.now();
const { counts, faults, errors } = await killAndCount({
  data,
  times,
  life: 2500,
  within: 60_000,
  fraction: seededRandom(seed).fraction,
  killed: (n) =>
    n % 10 === 0 && console.log(`  ${n} kills, ${Math.round((performance.now() - began) / 1000)} s`),
});
console.table(counts);
for (const fault of faults) console.log(`FAULT ${fault}`);
if (errors) console.log(`It said:\n${errors.slice(0, 4000)}`);
if (faults.length > 0) process.exit(1);
rmSync(data, { recursive: true });
