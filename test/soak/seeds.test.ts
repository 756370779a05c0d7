import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Helper } from "../../bench/soak/helper.ts";
import type { Soak } from "../../bench/soak/kinds.ts";
import { KNOWN } from "../../bench/soak/known.ts";
import { wire } from "../../bench/soak/wiring.ts";
import type { Share } from "../../bench/soak/worker.ts";

/**
 * A share of the soak. A failure names its seed: `npm run soak -- --kind memory --only <seed>` repeats it and makes it small. The
 * seeds are the same each time, or begin at MILLRACE_SEED; bench/soak/REPORT.md says what larger runs have found.
 */
const FROM = Number(process.env.MILLRACE_SEED ?? 1);

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "millrace-soak-"));
  await wire(folder, { again: true });
}, 240_000);

async function run(helper: Helper, from: number, seeds: number): Promise<Share> {
  return (await helper.ask({ do: "run", from, to: from + seeds })) as Share;
}

function expectSound(kind: Soak, { broken, failed, calls }: Share, seeds: number): void {
  expect(failed).toEqual([]);
  expect(calls).toBeGreaterThan(seeds * 50);
  const unknown = broken.filter(({ kind: what }) => !(what in KNOWN));
  expect(unknown, `npm run soak -- --kind ${kind} --only <seed>`).toEqual([]);
}

test("no invariant breaks: whole", async () => {
  const helper = new Helper("whole", folder);
  try {
    expectSound("whole", await run(helper, FROM, 1), 1);
  } finally {
    helper.end();
  }
}, 240_000);

describe("in memory", () => {
  const SEEDS = 20;
  let warm: Helper;
  let share: Share;
  beforeAll(async () => {
    warm = new Helper("memory", folder);
    share = await run(warm, FROM, SEEDS);
  }, 240_000);
  afterAll(() => warm.end());

  test("no invariant breaks: memory", () => expectSound("memory", share, SEEDS));

  test("a seed makes the same calls whatever its process has run before", async () => {
    const last = FROM + SEEDS;
    const cold = new Helper("memory", folder);
    try {
      const after = await run(warm, last, 1);
      const alone = await run(cold, last, 1);
      expect(after.calls).toBe(alone.calls);
    } finally {
      cold.end();
    }
  }, 240_000);
});
