import { expect, test } from "vitest";
import { tableClaims } from "../../../../lambdas/runtime/aws/work/claims.ts";
import { claimRequest } from "../../ports/claim-request.ts";
import { idOf } from "../../run-ids.ts";
import { stateTable } from "../state-table.ts";

const START = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(START);

test("a worker that was overtaken does not continue with the next step, which another has claimed", async () => {
  let now = START;
  const claims = tableClaims(open(), 90, () => now);
  const run = idOf("overtaken");
  const requests = (owner: string) => {
    const own = claimRequest(run, "a", { owner, lease: now + 1000 });
    const next = claimRequest(run, "b", { owner, lease: now + 1000 });
    return [own, { ...next, key: { ...next.key, within: own.key.sk } }] as const;
  };
  const continues = ([own, next]: ReturnType<typeof requests>) =>
    claims.completeAndClaim(own, { result: 1, emitted: [] }, next, "now");
  const slow = requests("slow");
  await claims.claim(slow[0]);
  now += 1000;
  const quick = requests("quick");
  expect(await claims.claim(quick[0])).toEqual({ kind: "claimed", tookOver: true });
  expect(await continues(quick)).toBe("continued");
  expect(await continues(slow)).toBe("lost");
  expect(await claims.read(quick[1].key)).toMatchObject([{ state: "running", owner: "quick" }]);
});
