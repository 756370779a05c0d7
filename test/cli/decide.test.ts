import { expect, test } from "vitest";
import { notAsked } from "../../bin/commands/decide.ts";
import type { ApprovalItem } from "../../lib/contract/table.ts";

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
