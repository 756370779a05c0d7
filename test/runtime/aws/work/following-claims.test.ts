import { expect, test } from "vitest";
import { tableRuns } from "../../../../lambdas/runtime/aws/runs/runs.ts";
import type { Table } from "../../../../lambdas/runtime/aws/table/table.ts";
import { tableBreakers } from "../../../../lambdas/runtime/aws/work/breakers.ts";
import { tableBudgets } from "../../../../lambdas/runtime/aws/work/budgets.ts";
import { tableClaims } from "../../../../lambdas/runtime/aws/work/claims.ts";
import { tableDeferred } from "../../../../lambdas/runtime/aws/work/deferred.ts";
import { tableStartConditions } from "../../../../lambdas/runtime/aws/work/start-conditions.ts";
import type { Claims, PublishTime } from "../../../../lambdas/runtime/ports/claims.ts";
import { claimKey, pathOfClaim } from "../../../../lib/contract/keys/claim.ts";
import { type ItemKey, keyText } from "../../../../lib/contract/keys/item-key.ts";
import { workPortsContract } from "../../ports/work-ports.contract.ts";
import { BEGAN } from "../../work/work-harness.ts";
import { inCompany, inTrouble } from "../batches.ts";
import { stateTable } from "../state-table.ts";

const open = stateTable(BEGAN);

/** Claims of which each effect's is in the item of a step before it. Those of undos have items of their own. */
function inGroups(claims: Claims, publish: PublishTime): Claims {
  const places = new Map<string, string>();
  const placed = <Key extends ItemKey>(key: Key) => ({ ...key, within: places.get(keyText(key)) });
  return {
    ...claims,
    async claim(given) {
      const { key, about } = given;
      const request = { ...given, about: { ...about, path: pathOfClaim(key) } };
      if (about.direction === "undo") return await claims.claim(request);
      if (places.has(keyText(key))) return await claims.claim({ ...request, key: placed(key) });
      const path = `before ${pathOfClaim(key)}`;
      const before = claimKey(about.run, about.epoch, path);
      const own = { ...request, key: before, about: { ...about, path } };
      await claims.claim(own);
      const continued = await claims.completeAndClaim(own, { result: null, emitted: [] }, request, publish);
      if (continued !== "continued") throw new Error(`It is ${continued}.`);
      places.set(keyText(key), before.sk);
      return { kind: "claimed" };
    },
    complete: (key, ...more) => claims.complete(placed(key), ...more),
    completeAndEnd: (key, ...more) => claims.completeAndEnd(placed(key), ...more),
    reuse: (key, ...more) => claims.reuse(placed(key), ...more),
    takeOver: (key, ...more) => claims.takeOver(placed(key), ...more),
    read: (...keys) => claims.read(...keys.map(placed)),
    fail: (key, ...more) => claims.fail(placed(key), ...more),
    release: (key, owner) => claims.release(placed(key), owner),
  };
}

const FORMS: Record<string, (table: Table) => Table> = {
  "each alone": (table) => table,
  "each with others in its call": inCompany,
  "each throttled once": (table) => inTrouble(table, "throttled"),
  "each answer lost once": (table) => inTrouble(table, "lost"),
};

const IMPLEMENTATIONS = Object.entries(FORMS).flatMap(([form, over]) =>
  (["now", "later"] as const).map((publish) => ({ form, over, publish })),
);

for (const { form, over, publish } of IMPLEMENTATIONS)
  workPortsContract(`claims in the item of a step before, published ${publish}, ${form}`, async () => {
    const table = open();
    return {
      runs: tableRuns(table, () => BEGAN),
      claims: inGroups(
        tableClaims(over(table), 90, () => BEGAN),
        publish,
      ),
      startConditions: tableStartConditions(table),
      breakers: tableBreakers(table),
      budgets: tableBudgets(table),
      deferred: tableDeferred(table),
    };
  });

test("a claim whose item has expired cannot change", async () => {
  const claims = tableClaims(open(), 90, () => BEGAN);
  const key = { ...claimKey("film-1", 1, "pack"), within: claimKey("film-1", 1, "render").sk };
  await expect(claims.release(key, "me")).rejects.toThrow(
    "The item work#film-1 claim#1#render#do with the claim of pack no longer exists.",
  );
});
