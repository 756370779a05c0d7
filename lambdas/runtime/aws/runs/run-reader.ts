import type { HistoryEvent, SFNClient } from "@aws-sdk/client-sfn";
import { claimsIn } from "../../../../lib/contract/groups/claims-in.ts";
import { approvalPartition } from "../../../../lib/contract/keys/approval.ts";
import { workPartition } from "../../../../lib/contract/keys/claim.ts";
import { type ListedKind, shardsOf } from "../../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import {
  type ApprovalItem,
  type ClaimItem,
  type QuarantineItem,
  type RunItem,
  TABLE,
} from "../../../../lib/contract/table.ts";
import type { FailedAttempt, ListedApproval, RunReader } from "../../ports/readers.ts";
import { versionsOf } from "../../release/versions.ts";
import { statesClient } from "../client/states-calls.ts";
import { tableReleases } from "../release/releases.ts";
import { firstEntries } from "../table/read-index.ts";
import { readItem, readItems } from "../table/read-items.ts";
import { queryPartition, type Table } from "../table/table.ts";
import { historyPages } from "./history-pages.ts";
import { openStates } from "./open-states.ts";

const { list } = TABLE.indexes;

/** Runs, from the table and the state machines. */
export function runReader(table: Table, client = statesClient()): RunReader {
  const listed = <Item>(kind: ListedKind, limit: number, newestFirst: boolean) =>
    firstEntries<Item>(table, list, shardsOf(kind), { limit, newestFirst });

  return {
    async runs(limit) {
      const listedRuns = await listed<ItemKey>("run", limit, true);
      const runs = await readItems<RunItem>(table, listedRuns);
      return runs.filter((run) => run !== undefined);
    },

    openApprovals: (limit) => listed<ListedApproval>("approval", limit, false),

    async quarantined(limit) {
      const keys = await listed<ItemKey>("quarantine", limit, true);
      const items = await readItems<QuarantineItem>(table, keys);
      return items.filter((item) => item !== undefined);
    },

    async run(run) {
      const [found, claims, approvals] = await Promise.all([
        readItem<RunItem>(table, runKey(run)),
        Array.fromAsync(queryPartition<ClaimItem>(table, workPartition(run), "claim#")),
        Array.fromAsync(queryPartition<ApprovalItem>(table, approvalPartition(run))),
      ]);
      if (!found) return undefined;
      return {
        run: found,
        claims: claims
          .flatMap(claimsIn)
          .filter(({ epoch }) => epoch === found.epoch)
          .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1)),
        approvals: approvals.filter(({ epoch }) => epoch === found.epoch),
      };
    },

    async versions(workflow) {
      const releases = tableReleases(table);
      const live = (await releases.live()).filter((one) => !workflow || one.workflow === workflow);
      return versionsOf(await releases.list(workflow), live);
    },

    openStates: async (executionArn) => openStates(await historyOf(client, executionArn)),

    async failedAttempts(executionArn) {
      const attempts: FailedAttempt[] = [];
      for (const { type, timestamp, taskFailedEventDetails } of await historyOf(client, executionArn)) {
        if (type !== "TaskFailed") continue;
        const cause = parseCause(taskFailedEventDetails?.cause);
        attempts.push({ ...cause, at: timestamp!.toISOString() });
      }
      return attempts;
    },
  };
}

async function historyOf(client: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const options = { executionArn, includeExecutionData: true };
  const pages = await Array.fromAsync(historyPages(client, options));
  return pages.flat();
}

/** A worker's cause is a record; other services' is a text. */
function parseCause(cause = ""): Omit<FailedAttempt, "at"> {
  try {
    return JSON.parse(cause) as Omit<FailedAttempt, "at">;
  } catch {
    return { path: "", attempt: 1, policy: "retry", name: "TaskFailed", message: cause };
  }
}
