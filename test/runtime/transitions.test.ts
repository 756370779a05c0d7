import { describe, expect, test } from "vitest";
import { beginRound, close, settle, succeed } from "../../lambdas/runtime/completion/transitions.ts";
import type { RunItem } from "../../lib/contract/table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const counts = { undone: 3, failed: 1 };
const ending = { status: "failed" } as const;
const compensation = { round: 1, open: true, undone: 0, failed: 0 };
const seen = { run: "w-r", workflow: "w", epoch: 1, status: "failed", compensation } as RunItem;

describe("a change that was decided for an earlier state is not made to a newer one", () => {
  const others: [string, Partial<RunItem>][] = [
    ["another epoch", { epoch: 2 }],
    ["another status", { status: "accepted" }],
    ["another round of its compensation", { compensation: { ...compensation, round: 2 } }],
    ["a compensation that is over", { compensation: { ...compensation, open: false } }],
  ];

  test.each(others)("%s", (_, more) => {
    const run = { ...seen, ...more };
    expect(settle(seen, ending, counts, NOW)(run)).toBe(run);
    expect(beginRound(seen, ending, NOW)(run)).toBe(run);
  });

  test("and is made if nothing has changed", () => {
    expect(settle(seen, ending, counts, NOW)(seen).compensation).toEqual({
      ...compensation,
      ...counts,
      open: false,
    });
    expect(beginRound(seen, ending, NOW)(seen).compensation).toMatchObject({ round: 2, open: true });
  });

  test("a success of an earlier epoch does not end the next", () => {
    const running: RunItem = { ...seen, status: "running", compensation: undefined };
    const next: RunItem = { ...running, epoch: 2 };
    expect(succeed(running, 1, NOW)(next)).toBe(next);
    expect(succeed(running, 1, NOW)(running)).toMatchObject({ status: "succeeded", output: 1 });
  });

  test("a run that has ended is not closed", () => {
    expect(close(NOW)(seen)).toBe(seen);
  });
});
