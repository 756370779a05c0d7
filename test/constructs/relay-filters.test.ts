import { marshall } from "@aws-sdk/util-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { changeEventsOf } from "../../lambdas/runtime/relay/change-events.ts";
import { journalOf } from "../../lambdas/runtime/relay/journal.ts";
import { shardOf } from "../../lib/contract/keys/index-partitions.ts";
import { LOGGED_EVENTS } from "../../lib/contract/reserved.ts";
import type { TableItem } from "../../lib/contract/table.ts";
import { compilePattern } from "../../local/events/pattern/index.ts";
import { approvalItem, claimItem, LOGGED, RUN, runItem, waiterItem } from "../runtime/relay/log-items.ts";
import { synthesize } from "./app.ts";

/** Whether a change wakes the relay, by the filters that are deployed. */
let wakes: (after: TableItem, before?: TableItem) => boolean;
beforeAll(() => {
  const mappings = synthesize().template.findResources("AWS::Lambda::EventSourceMapping", {
    Properties: { StartingPosition: "TRIM_HORIZON" },
  });
  const [{ Properties } = {} as never] = Object.values(mappings);
  const patterns: string[] = Properties.FilterCriteria.Filters.map(({ Pattern }: any) => Pattern);
  expect(patterns.length).toBeLessThanOrEqual(5);
  const filters = patterns.map((pattern) => compilePattern(pattern));
  const image = (item: TableItem) => marshall(item, { removeUndefinedValues: true });
  wakes = (after, before) => {
    const dynamodb = { NewImage: image(after), ...(before && { OldImage: image(before) }) };
    return filters.some((matches) => matches({ eventName: before ? "MODIFY" : "INSERT", dynamodb }));
  };
});

const unpublished = shardOf("unpublished", RUN);
describe("the relay is invoked by", () => {
  test.each(LOGGED_EVENTS)("a change that %s reports", (name) => {
    const [before, after] = LOGGED[name].length === 1 ? [undefined, LOGGED[name][0]!] : LOGGED[name];
    expect(wakes(after!, before)).toBe(true);
  });

  test.each([
    ["the end of a step", claimItem(1, 1), claimItem(2, 2, { state: "done" })],
    ["a failed attempt", claimItem(1, 1), claimItem(2, 2, { state: "failed" })],
    ["the write that publishes earlier changes", claimItem(2, 2, { publishedUpTo: 1 }), claimItem(2, 2)],
    ["a late result", claimItem(1, 1, { state: "sealed" }), claimItem(2, 2, { state: "sealed", late: 1 })],
    ["a run that was started", runItem(1, 1), runItem(2, 2, { status: "running" })],
    [
      "a run whose acceptance is published with its start",
      runItem(1, 1, { publishedUpTo: 0 }),
      runItem(2, 2, { status: "running" }),
    ],
    ["a run that is accepted and started at once", undefined, runItem(1, 1, { status: "running" })],
    ["a run that has ended", runItem(2, 2, { status: "running" }), runItem(3, 3, { status: "succeeded" })],
    ["a run that could not start", undefined, runItem(1, 1, { status: "failed" })],
  ])("%s, which is not marked as unpublished", (_, before, after) => {
    expect(wakes(after, before)).toBe(true);
  });

  test("a change of any item that is marked as unpublished", () => {
    expect(wakes(approvalItem(2, 2, { state: "decided", unpublished }))).toBe(true);
    expect(wakes(runItem(3, 3, { status: "running", unpublished }))).toBe(true);
  });
});

describe("the relay is not invoked by", () => {
  test.each([
    ["a run that continues", runItem(2, 2, { status: "running" })],
    ["a question", approvalItem(1, 1)],
    ["an answer", approvalItem(2, 2, { state: "decided" })],
    ["an event that came too late", waiterItem(2, 2, { state: "lost" })],
  ])("removing the mark of %s", (_, after) => {
    expect(wakes(after, { ...after, unpublished })).toBe(false);
  });

  test("the spending of a run's steps", () => {
    const before = runItem(2, 2, { status: "running" });
    expect(wakes({ ...before, expiresAt: 10 }, before)).toBe(false);
  });

  test("a change that is published with a later one", () => {
    expect(wakes(claimItem(2, 2, { state: "done", publishedUpTo: 1 }), claimItem(1, 1))).toBe(false);
    expect(wakes(runItem(1, 1, { publishedUpTo: 0 }))).toBe(false);
  });

  test("the relay's own writes", () => {
    const [after] = LOGGED["run.accepted"] as [TableItem];
    const written = journalOf([{ after, events: changeEventsOf(undefined, after) }], 90, 0, new Set());
    expect(written.map(({ kind }) => kind)).toEqual(["log", "correlated", "feed"]);
    expect(written.filter((item) => wakes(item))).toEqual([]);
  });
});
