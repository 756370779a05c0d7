import { expect, test } from "vitest";
import { beginRound, endRound } from "../../../lambdas/runtime/runs/transitions.ts";
import type { RunItem } from "../../../lib/contract/table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const seen = { run: "r", epoch: 1, status: "closing" } as RunItem;
const failed = { status: "failed" } as const;

test("a decision about one epoch changes nothing in the next, which has the same status", () => {
  const next = { ...seen, epoch: 2 };
  expect(endRound(seen, failed, { undone: 0, failed: 0 }, NOW)(next)).toBe(next);
  expect(beginRound(seen, failed, NOW)(next)).toBe(next);
});

test("an unchanged run continues: to its next round, or to its end", () => {
  expect(beginRound(seen, failed, NOW)(seen)).toMatchObject({ status: "compensating", ending: failed });
  expect(endRound(seen, failed, { undone: 0, failed: 0 }, NOW)(seen)).toMatchObject({
    status: "failed",
    epoch: 1,
  });
});
