import { expect, test } from "vitest";
import { queryPartition } from "../../../../lambdas/runtime/aws/table/table.ts";
import { tableClaims } from "../../../../lambdas/runtime/aws/work/claims.ts";
import type { RecordedResult } from "../../../../lambdas/runtime/ports/claims.ts";
import { changesIn } from "../../../../lambdas/runtime/relay/change.ts";
import { changeEventsOf } from "../../../../lambdas/runtime/relay/change-events.ts";
import { recordedResult } from "../../../../lambdas/runtime/work/claim-changes.ts";
import { claimKey, workPartition } from "../../../../lib/contract/keys/claim.ts";
import type { ClaimItem } from "../../../../lib/contract/table.ts";
import { BEGAN } from "../../work/work-harness.ts";
import { stateTable } from "../state-table.ts";

const open = stateTable(BEGAN);
const time = (seconds: number) => new Date(BEGAN + 1_000 * seconds).toISOString();

const results = ["pack", "weigh", "send"].map((path, at): RecordedResult => {
  const about = { run: "r", epoch: 1, workflow: "w", step: `${path}-it`, path, direction: "do" } as const;
  const request = {
    key: claimKey("r", 1, path),
    owner: "o",
    lease: BEGAN * 2,
    fence: 1,
    takeover: true,
    about: { ...about, attempt: 1, correlation: "c", cause: "e", hops: 0, position: at },
  };
  // The third begins after a pause.
  return {
    request,
    startedAt: time(at === 2 ? 4 : at),
    endedAt: time(at === 2 ? 5 : at + 1),
    end: { state: "done", result: { at } },
  };
}) as [RecordedResult, RecordedResult, RecordedResult];

test("results that are written together are one item, with the claims and events that each would have alone", async () => {
  const table = open();
  await tableClaims(table, 90, () => BEGAN).recordTogether(results);
  const items = await Array.fromAsync(queryPartition<ClaimItem>(table, workPartition("r")));
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
