import { expect, test } from "vitest";
import { describeAwaited } from "../../bin/run-status.ts";

test("a line names three of the waits of a run, and how many others there are", () => {
  const since = "2026-03-01T12:00:00.000Z";
  const waits = Array.from({ length: 40 }, (_, at) => ({ for: `run ship-${at}`, since })) as never[];
  const text = (count: number) => describeAwaited(waits.slice(0, count), Date.parse(since));
  expect(text(3)).not.toContain("more");
  expect(text(40)).toMatch(/^run ship-0, since [^;]+; run ship-1, [^;]+; run ship-2, [^;]+; and 37 more$/);
});
