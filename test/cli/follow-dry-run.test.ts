import { expect, test } from "vitest";
import { describeCounts } from "../../bin/describe-replay.ts";
import { followDryRun } from "../../bin/follow-dry-run.ts";
import type { ObservedReplay } from "../../lambdas/runtime/replay/ports.ts";

type State = ObservedReplay["progress"]["state"];

/** Follows a dry run that is in one of these states after the other; answers its counts and how often was looked. */
async function follow(states: [State, Record<string, number>][]) {
  let looks = 0;
  const read = async () => {
    const [state, counts] = states[Math.min(looks++, states.length - 1)]!;
    return { item: { counts, dry: true }, progress: { state } } as ObservedReplay;
  };
  const found = await followDryRun({ replays: { read } as never }, "replay-1", async () => {});
  return { counts: found?.item.counts, looks };
}

test("a dry run is followed until it is completed and its counts do not change any more", async () => {
  const { counts } = await follow([
    ["starting", {}],
    ["running", { "send-mail new": 1 }],
    ["completed", { "send-mail new": 2 }],
    ["completed", { "send-mail new": 2 }],
    ["completed", { "send-mail new": 3 }],
  ]);
  expect(counts).toEqual({ "send-mail new": 3 });
});

test("a dry run that failed, or does not end, is not waited for", async () => {
  expect((await follow([["failed", {}]])).looks).toBe(1);
  expect(await follow([["running", {}]])).toEqual({ counts: undefined, looks: 240 });
});

test("counts are a line for each subscriber and outcome", () => {
  const counts = { "send-mail new": 3, "ship-order duplicate": 2 };
  expect(describeCounts({ counts, dry: true })).toMatch(
    /SUBSCRIBER +OUTCOME +EVENTS *\nsend-mail +new +3 *\nship-order +duplicate +2/,
  );
  expect(describeCounts({ counts: {}, dry: true })).toContain("0 events counted");
});
