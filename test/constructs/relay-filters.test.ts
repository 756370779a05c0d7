import { marshall } from "@aws-sdk/util-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { journalOf } from "../../lambdas/runtime/relay/journal.ts";
import { toldOf } from "../../lambdas/runtime/relay/told.ts";
import { shardOf } from "../../lib/contract/keys.ts";
import { LOGGED_EVENTS } from "../../lib/contract/reserved.ts";
import type { TableItem } from "../../lib/contract/table.ts";
import { compilePattern } from "../../local/events/pattern/index.ts";
import { approvalItem, claimItem, LOGGED, runItem, waiterItem } from "../runtime/log-items.ts";
import { synthesize } from "./app.ts";

/** Whether a change wakes the relay, by the filters that are deployed. */
let wakes: (after: TableItem) => boolean;
beforeAll(() => {
  const mappings = synthesize().template.findResources("AWS::Lambda::EventSourceMapping", {
    Properties: { StartingPosition: "TRIM_HORIZON" },
  });
  const [{ Properties } = {} as never] = Object.values(mappings);
  const patterns: string[] = Properties.FilterCriteria.Filters.map(({ Pattern }: any) => Pattern);
  expect(patterns.length).toBeLessThanOrEqual(5);
  const filters = patterns.map((pattern) => compilePattern(pattern));
  wakes = (after) => {
    const NewImage = marshall(after, { removeUndefinedValues: true });
    return filters.some((matches) => matches({ eventName: "MODIFY", dynamodb: { NewImage } }));
  };
});

const unpublished = shardOf("unpublished", "w-r");
/** Told by the log alone, and marked all the same: by the run's status nobody could know it. */
const MARKED = ["run.compensated"];

describe("what wakes the relay", () => {
  test.each(LOGGED_EVENTS)("a change that %s tells of", (name) => {
    const after = LOGGED[name].at(-1)!;
    expect(wakes(MARKED.includes(name) ? { ...after, unpublished } : after)).toBe(true);
  });

  test("a change with a mark, whatever it is", () => {
    expect(wakes(claimItem(2, 2, { state: "done", unpublished }))).toBe(true);
  });
});

describe("what does not", () => {
  test.each([
    ["the end of a step", claimItem(2, 2, { state: "done" })],
    ["a failed try", claimItem(2, 2, { state: "failed" })],
    ["a run that was started", runItem(2, 2, { status: "running" })],
    ["a run that has ended", runItem(3, 3, { status: "succeeded" })],
    ["a question", approvalItem(1, 1)],
    ["an answer", approvalItem(2, 2, { state: "decided" })],
    ["an event that came too late", waiterItem(2, 2, { state: "lost" })],
  ])("taking the mark off %s", (_, after) => {
    expect(wakes(after)).toBe(false);
  });

  test("what the relay itself writes", () => {
    const [after] = LOGGED["run.accepted"] as [TableItem];
    const written = journalOf([{ after, told: toldOf(undefined, after) }], 0, 90);
    expect(written.map(({ kind }) => kind)).toEqual(["log", "correlated", "feed"]);
    expect(written.filter(wakes)).toEqual([]);
  });
});
