import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
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

async function tell(kind: Soak, seeds: number): Promise<Share> {
  const helper = new Helper(kind, folder);
  try {
    return (await helper.ask({ do: "run", from: FROM, to: FROM + seeds })) as Share;
  } finally {
    helper.end();
  }
}

test.each([
  ["memory", 20],
  ["whole", 1],
] as const)(
  "no invariant breaks: %s",
  async (kind, seeds) => {
    const { broken, failed, calls } = await tell(kind, seeds);
    expect(failed).toEqual([]);
    expect(calls).toBeGreaterThan(seeds * 50);
    const unknown = broken.filter(({ kind: what }) => !(what in KNOWN));
    expect(unknown, `npm run soak -- --kind ${kind} --only <seed>`).toEqual([]);
  },
  240_000,
);

test("a seed in memory makes the same calls whatever its process has run before", async () => {
  const [last, end] = [FROM + 11, FROM + 12];
  const [warm, cold] = [new Helper("memory", folder), new Helper("memory", folder)];
  try {
    await warm.ask({ do: "run", from: FROM, to: last });
    const after = (await warm.ask({ do: "run", from: last, to: end })) as Share;
    const alone = (await cold.ask({ do: "run", from: last, to: end })) as Share;
    expect(after.calls).toBe(alone.calls);
  } finally {
    warm.end();
    cold.end();
  }
}, 240_000);
