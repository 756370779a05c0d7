import { expect, test } from "vitest";
import { queryPartition } from "../../../../lambdas/runtime/aws/table/table.ts";
import { tableClaims } from "../../../../lambdas/runtime/aws/work/claims.ts";
import { changesIn } from "../../../../lambdas/runtime/relay/change.ts";
import { changeEventsOf } from "../../../../lambdas/runtime/relay/change-events.ts";
import { recordedResult } from "../../../../lambdas/runtime/work/claim-changes.ts";
import { workPartition } from "../../../../lib/contract/keys/claim.ts";
import type { ClaimItem } from "../../../../lib/contract/table.ts";
import { recordedBy } from "../../ports/recorded.ts";
import { BEGAN, RUN } from "../../work/work-harness.ts";
import { stateTable } from "../state-table.ts";

const open = stateTable(BEGAN);
const results = recordedBy("o", RUN);

test("results that are written together are one item, with the claims and events that each would have alone", async () => {
  const table = open();
  await tableClaims(table, 90, () => BEGAN).recordTogether(results);
  const items = await Array.fromAsync(queryPartition<ClaimItem>(table, workPartition(RUN)));
  expect(items).toHaveLength(1);

  const found = changesIn({ after: items[0] }).map(({ after }) => {
    const { within: _, expiresAt: __, ...claim } = after as ClaimItem;
    return JSON.parse(JSON.stringify(claim)) as ClaimItem;
  });
  const alone = results.map(recordedResult);
  expect(found).toEqual(alone);
  const eventsOf = (claims: readonly ClaimItem[]) =>
    claims.flatMap((claim) => changeEventsOf(undefined, claim));
  expect(eventsOf(found)).toEqual(eventsOf(alone));
  expect(eventsOf(found).map(({ event }) => event.name)).toEqual(Array(3).fill("step.completed"));
});
