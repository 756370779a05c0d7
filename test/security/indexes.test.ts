import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { tableWaiting } from "../../lambdas/runtime/aws/control/controls.ts";
import { deadLetterReader } from "../../lambdas/runtime/aws/control/dead-letter-reader.ts";
import { tableDeadLetterStore } from "../../lambdas/runtime/aws/control/dead-letter-store.ts";
import { replayReader } from "../../lambdas/runtime/aws/control/replay-reader.ts";
import { tableAudits } from "../../lambdas/runtime/aws/relay/audits.ts";
import { tableOutbox } from "../../lambdas/runtime/aws/relay/outbox.ts";
import { tableReleases } from "../../lambdas/runtime/aws/release/releases.ts";
import { runReader } from "../../lambdas/runtime/aws/runs/run-reader.ts";
import { tableRunSearch } from "../../lambdas/runtime/aws/runs/run-search.ts";
import { tableRuns } from "../../lambdas/runtime/aws/runs/runs.ts";
import { listedItems } from "../../lambdas/runtime/aws/table/listed-items.ts";
import { approvalKey } from "../../lib/contract/keys/approval.ts";
import { claimKey } from "../../lib/contract/keys/claim.ts";
import { deferredKey, deferredRequestKey } from "../../lib/contract/keys/deferred.ts";
import { foundPartition, keyedPartition, shardOf } from "../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../lib/contract/keys/item-key.ts";
import { runKey } from "../../lib/contract/keys/run.ts";
import { runId } from "../../lib/contract/runs/run-id.ts";
import type { ApprovalItem, QuarantineItem } from "../../lib/contract/table.ts";
import { stateTable } from "../runtime/aws/state-table.ts";

const TIME = "2026-11-21T10:00:00.000Z";
const EARLIER = "2026-11-21T09:00:00.000Z";
const LATER = "2026-11-21T11:00:00.000Z";
const open = stateTable(Date.parse(TIME));

/** The run of the step that forges, and a run of another workflow. */
const OWN = runId("make-book", "book.wanted", "own");
const OTHER = runId("sell-book", "book.made", "other");
const page = { limit: 10, after: undefined };

let forged = 0;
const put = (item: ItemKey & Record<string, unknown>) =>
  open().client.send(new PutCommand({ TableName: open().name, Item: { revision: 1, ...item } }));

/** Items that a step of `OWN` can write, before those that really are there. */
async function forge(more: Record<string, unknown>, count = 3): Promise<void> {
  for (let at = 0; at < count; at++) {
    const path = `forged${forged++}`;
    const item = { run: OTHER, workflow: "sell-book", status: "accepted", version: "v9", ...more };
    await put({ ...claimKey(OWN, 1, path), ...item });
    await put({ ...deferredKey(OWN, 1, path, "do"), ...item });
  }
}

const listed = (kind: Parameters<typeof shardOf>[0], more: object = {}) =>
  forge({ kind, list: shardOf(kind, OTHER), listedAt: EARLIER, ...more });

describe("an item that a step has written under its own key is not listed", () => {
  const approval = approvalKey(OTHER, 1, "editor");
  beforeAll(async () => {
    await listed("approval", { approval: "editor", path: "editor" });
    const list = { list: shardOf("approval", OTHER), listedAt: TIME };
    await put({ ...approval, kind: "approval", run: OTHER, approval: "editor", path: "editor", ...list });
  });

  test("among the approvals of the console", async () => {
    const { items } = await listedItems<ApprovalItem>(open(), "approval", page);
    expect(items.map(({ pk }) => pk)).toEqual([approval.pk]);
  });

  test("among the approvals of the command line, and it hides no other", async () => {
    expect(await runReader(open()).openApprovals(1)).toMatchObject([approval]);
  });

  test("among the runs", async () => {
    await listed("run");
    expect(await runReader(open()).runs(10)).toEqual([]);
    const search = tableRunSearch(open(), []);
    expect((await search({}, 10, undefined)).items).toEqual([]);
  });

  test("among the runs of a workflow or a key, nor are those of its versions counted", async () => {
    const run = { ...runKey(OTHER), kind: "run", run: OTHER, workflow: "sell-book", status: "running" };
    await put(run);
    await forge({ found: foundPartition("sell-book", "open", OTHER), listedAt: EARLIER });
    await forge({ keyed: keyedPartition("sell-book", "k"), listedAt: EARLIER });
    await put({ pk: "release", sk: "sell-book#v9", kind: "release", workflow: "sell-book", version: "v9" });
    const search = tableRunSearch(open(), [{ name: "sell-book", on: [] }]);
    expect((await search({ workflow: "sell-book" }, 10, undefined)).items).toEqual([]);
    expect((await search({ key: "k" }, 10, undefined)).items).toEqual([]);
    expect(await tableReleases(open()).live()).toEqual([]);
    await put({ ...run, status: "accepted" });
    expect(await tableWaiting(open()).acceptedRuns("sell-book", 10)).toEqual([]);
  });

  test.each(["quarantine", "replay", "delivery-overdue", "delivery-problem"] as const)(
    "as %s",
    async (kind) => {
      await listed(kind);
      expect(await listedItems<QuarantineItem>(open(), kind, page)).toEqual({ items: [], next: undefined });
      expect(await replayReader(open()).list(10)).toEqual([]);
      expect(await runReader(open()).quarantined(10)).toEqual([]);
    },
  );

  test("among the dead letters", async () => {
    await listed("dead-letter", { id: "m", subscriber: "sell-book" });
    expect((await deadLetterReader(open()).list({ ...page, subscriber: "sell-book" })).items).toEqual([]);
    expect(await tableDeadLetterStore(open()).unresolved("sell-book", LATER, 10)).toEqual([]);
  });
});

describe("an item that a step has written under its own key is not looked at", () => {
  test("as a run that is due or held, and it hides none", async () => {
    const due = { due: shardOf("due", OTHER), dueAt: TIME };
    await put({ ...runKey(OTHER), kind: "run", run: OTHER, ...due });
    await forge({ ...due, dueAt: EARLIER });
    await forge({ due: shardOf("held#sell-book", OTHER), dueAt: EARLIER });
    expect(await tableRuns(open()).due(LATER, 1)).toMatchObject([runKey(OTHER)]);
    expect(await tableWaiting(open()).heldRuns("sell-book", LATER, 10)).toEqual([]);
  });

  test("as a message of another workflow or run", async () => {
    const listed = { list: shardOf("deferred#sell-book", OTHER), listedAt: EARLIER };
    for (const run of [OTHER, OWN]) await forge({ run, reason: "workflow paused", ...listed });
    await forge({ due: shardOf("deferred-due", OTHER), dueAt: EARLIER });
    const request = deferredRequestKey(OTHER, 1, "editor");
    await put({ ...request, run: OTHER, due: shardOf("deferred-due", OTHER), dueAt: TIME });
    const { deferredOfWorkflow, overdueDeferred } = tableWaiting(open());
    expect(await deferredOfWorkflow("sell-book", "workflow paused", 10)).toEqual([]);
    expect(await overdueDeferred(LATER, 1)).toMatchObject([request]);
  });

  test("as an unpublished change, and it hides none", async () => {
    const unpublished = shardOf("unpublished", OTHER);
    await forge({ kind: "approval", unpublished, changedAt: EARLIER });
    const approval = approvalKey(OTHER, 1, "unpublished");
    await put({ ...approval, kind: "approval", run: OTHER, unpublished, changedAt: TIME });
    expect(await tableOutbox(open()).overdue(LATER, 1)).toMatchObject([approval]);
  });

  test("as a run whose log is compared, nor with the items of its own run", async () => {
    const partition = shardOf("ended", OTHER);
    await forge({ kind: "claim", due: partition, dueAt: EARLIER });
    await forge({ kind: "claim", list: shardOf("run", OTHER), listedAt: EARLIER });
    const { ended, accepted, compare } = tableAudits(open());
    expect((await Array.fromAsync(ended(partition, "", LATER))).flat()).toEqual([]);
    expect((await Array.fromAsync(accepted(shardOf("run", OTHER), "", LATER))).flat()).toEqual([]);
    expect((await compare(OWN)).items).toEqual([]);
  });
});
