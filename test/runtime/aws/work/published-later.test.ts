import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { queryPartition, type Table, tableOver } from "../../../../lambdas/runtime/aws/table/table.ts";
import { changesIn } from "../../../../lambdas/runtime/relay/change.ts";
import { changeEventsOf } from "../../../../lambdas/runtime/relay/change-events.ts";
import { workPartition } from "../../../../lib/contract/keys/claim.ts";
import { PUBLISHED_CHANGES } from "../../../../lib/contract/published-changes.ts";
import type { ClaimItem } from "../../../../lib/contract/table.ts";
import { ANSWER, NAMES, walkDespiteDeath } from "../../work/group-harness.ts";
import { openGroups } from "../group-table.ts";

/** What the relay learns from the walk of a group whose completed steps are only logged. */
const { open, tableHarness } = openGroups();

function streamed() {
  const images = new Map<string, ClaimItem>();
  const records: { before: ClaimItem | undefined; after: ClaimItem }[] = [];
  const over = (table: Table): Table => {
    const send = async (command: any) => {
      const answer = await table.client.send(command);
      for await (const after of queryPartition<ClaimItem>(open(), workPartition(harness.run.id))) {
        const before = images.get(after.sk);
        if (JSON.stringify(before) === JSON.stringify(after)) continue;
        images.set(after.sk, after);
        records.push({ before, after });
      }
      return answer;
    };
    return tableOver(table.name, { send } as unknown as Table["client"]);
  };
  const harness: ReturnType<typeof tableHarness> = tableHarness(over);
  harness.ports.logsSteps = true;
  /** The records that invoke the relay. */
  const relayed = () => records.filter(({ after }) => after[PUBLISHED_CHANGES.later] === undefined);
  const logged = () =>
    relayed()
      .flatMap(changesIn)
      .flatMap(({ before, after }) => changeEventsOf(before, after))
      .map(({ event: { name, data } }) => `${data.step}: ${name}`);
  return { harness, relayed, logged };
}

const WHOLE = NAMES.flatMap((name) => [`${name}: step.started`, `${name}: step.completed`]);

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

test("steps that follow one another within a second are one record after the first", async () => {
  const { harness, relayed, logged } = streamed();
  expect(await harness.deliver()).toMatchObject({ answer: "success" });
  expect(relayed().map(({ after }) => [after.state, after.following?.length])).toEqual([
    ["running", undefined],
    ["done", 2],
  ]);
  expect(logged()).toEqual(WHOLE);
});

test("where completed steps are events on the bus, each is published at once", async () => {
  const { harness, relayed, logged } = streamed();
  harness.ports.logsSteps = false;
  await harness.deliver();
  expect(relayed()).toHaveLength(NAMES.length + 1);
  expect(logged()).toEqual(WHOLE);
});

test("a step that ends a second after the last publication is published at once", async () => {
  const { harness, relayed, logged } = streamed();
  const weigh = () => {
    harness.clock.now += 1_000;
  };
  await harness.deliver({}, { weigh });
  expect(relayed().map(({ after }) => after.following?.length)).toEqual([undefined, 2, 2]);
  expect(logged()).toEqual(WHOLE);
});

test("the second is counted from the last publication, over several steps", async () => {
  const { harness, relayed, logged } = streamed();
  const takes = () => {
    harness.clock.now += 600;
  };
  await harness.deliver({}, { pack: takes, weigh: takes, send: takes });
  expect(relayed().map(({ after }) => after.following?.length)).toEqual([undefined, 2, 2]);
  expect(logged()).toEqual(WHOLE);
});

test("a step that takes long is published while it runs, nothing twice, and the steps after it together again", async () => {
  const { harness, relayed, logged } = streamed();
  const seen: string[][] = [];
  const weigh = async () => {
    await vi.advanceTimersByTimeAsync(999);
    seen.push(logged());
    await vi.advanceTimersByTimeAsync(1);
    vi.useRealTimers();
    await vi.waitFor(() => expect(logged()).toHaveLength(3));
    seen.push(logged());
  };
  expect(await harness.deliver({}, { weigh })).toMatchObject({ answer: "success" });
  expect(seen).toEqual([WHOLE.slice(0, 1), WHOLE.slice(0, 3)]);
  expect(relayed().map(({ after }) => after.following?.length)).toEqual([undefined, 1, 2]);
  expect(logged()).toEqual(WHOLE);
  expect(harness.machines.answers).toEqual([{ token: "t1", output: ANSWER }]);
});

describe.each(["before", "after"] as const)("a worker that dies %s any call", (when) => {
  test.each([
    ["all goes well", {}],
    ["each step fails once", { pack: 1, weigh: 1, send: 1 }],
  ])("leaves nothing unpublished: %s", async (_, failing: Record<string, number>) => {
    for (let at = 0; ; at++) {
      const { harness, logged } = streamed();
      const reached = await walkDespiteDeath(harness, failing, at, when);
      expect(logged().filter((fact) => fact.endsWith("step.completed"))).toEqual(
        WHOLE.filter((fact) => fact.endsWith("step.completed")),
      );
      expect(logged()).toEqual(expect.arrayContaining(WHOLE));
      if (!reached) break;
    }
  });
});
