import { join } from "node:path";
import { expect, test } from "vitest";
import { seededRandom } from "../../../local/kernel/random.ts";
import { folder } from "../cloud/assembly.ts";
import { killAndCount } from "./kill/kills.ts";

test("after any crash: everything acknowledged exists, and nothing was done twice", async () => {
  const seed = Date.now() % 1e6;
  const { counts, faults, errors } = await killAndCount({
    data: join(folder(), "data"),
    times: 2,
    life: 1200,
    within: 30_000,
    fraction: seededRandom(seed).fraction,
  });
  expect({ seed, faults, errors }).toEqual({ seed, faults: [], errors: "" });
  for (const [kind, { acknowledged, found, doubled }] of Object.entries(counts)) {
    expect({ kind, found, doubled }).toEqual({ kind, found: acknowledged, doubled: 0 });
  }
  expect(counts.execution.acknowledged).toBeGreaterThan(0);
}, 90_000);
