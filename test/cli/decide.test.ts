import { expect, test } from "vitest";
import { notAsked, nothingOpen } from "../../bin/commands/decide.ts";
import type { ApprovalItem } from "../../lib/contract/table.ts";
import { log, runItem, waiterItem } from "../runtime/relay/log-items.ts";

const approvals = [
  { approval: "editor", path: "cut[1]/editor", state: "decided" },
  { approval: "editor", path: "cut[2]/editor", state: "pending" },
] as ApprovalItem[];

test("an approval that the run has not asked for is refused with those that are pending", () => {
  expect(notAsked("film-1", "cook", approvals)).toBe(
    'Run film-1 has not asked for an approval "cook". Pending: cut[2]/editor.',
  );
  expect(notAsked("film-1", "cook", approvals.slice(0, 1))).toBe(
    'Run film-1 has not asked for an approval "cook". It has no pending approval.',
  );
});

test("a run that only waits for an event has the status that the list of runs shows", async () => {
  const run = runItem(2, 1, { status: "running" });
  const eventLog = { ofRun: async () => log(runItem(1, 0), run, waiterItem(1, 6)) };
  const session = { eventLog } as unknown as Parameters<typeof nothingOpen>[0];
  const details = { run, claims: [], approvals: [] } as unknown as Parameters<typeof nothingOpen>[1];
  expect(await nothingOpen(session, details, { approved: true, decidedBy: "ada" })).toBe(
    `Run ${run.run} is waiting and has no pending approval. It was approved by ada before.`,
  );
});
