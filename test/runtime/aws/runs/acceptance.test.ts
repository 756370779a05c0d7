import { describe, expect, test } from "vitest";
import { tableRuns } from "../../../../lambdas/runtime/aws/runs/runs.ts";
import { changesIn } from "../../../../lambdas/runtime/relay/change.ts";
import { changeEventsOf } from "../../../../lambdas/runtime/relay/change-events.ts";
import { entriesOf } from "../../../../lambdas/runtime/relay/entries.ts";
import { close } from "../../../../lambdas/runtime/runs/transitions.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import { PUBLISHED_CHANGES } from "../../../../lib/contract/published-changes.ts";
import type { RunItem } from "../../../../lib/contract/table.ts";
import { runItem } from "../../relay/log-items.ts";
import { idOf } from "../../run-ids.ts";
import { stateTable } from "../state-table.ts";

const ACCEPTED = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(ACCEPTED);
const SOON = new Date(ACCEPTED + 60_000).toISOString();

let names = 0;

/** Accepts a run and changes it a second later. Answers the log's entries for both, by the records that invoke the relay. */
async function logged(
  more: Partial<RunItem>,
  change: (runs: ReturnType<typeof tableRuns>, run: RunItem) => Promise<unknown>,
) {
  const clock = { now: ACCEPTED };
  const runs = tableRuns(open(), () => clock.now);
  const run = idOf(`acceptance ${names++}`);
  const described = { ...runItem(1, 0), ...runKey(run), run, ...more };
  await runs.accept(described);
  const accepted = (await runs.read(run))!;
  clock.now += 1_000;
  await change(runs, accepted);
  const changed = (await runs.read(run))!;
  const entries = (before: RunItem | undefined, after: RunItem) => {
    if (after[PUBLISHED_CHANGES.later] !== undefined) return [];
    return changesIn({ before, after }).flatMap((one) => {
      const [from, to] = [one.before, one.after!];
      return entriesOf({ before: from, after: to, events: changeEventsOf(from, to) }, 90);
    });
  };
  return {
    described,
    first: entries(undefined, accepted),
    second: entries(accepted, changed),
  };
}

const start = (runs: ReturnType<typeof tableRuns>, run: RunItem) => runs.started(run, "execution");
const namesOf = (entries: { name: string }[]) => entries.map(({ name }) => name);

test("a run that starts at once is logged with its start, as if it had been logged when it was accepted", async () => {
  const { described, first, second } = await logged({}, start);
  expect(first).toEqual([]);
  expect(namesOf(second)).toEqual(["run.accepted", "run.started"]);
  const atOnce = entriesOf({ after: described, events: changeEventsOf(undefined, described) }, 90);
  expect(second.slice(0, 1)).toEqual(atOnce);
});

describe("it is also logged with", () => {
  test.each<[string, Parameters<typeof logged>[1], string[]]>([
    [
      "its start without an execution",
      (runs, run) => runs.startedExpress(run, { until: SOON }),
      ["run.started"],
    ],
    [
      "an execution that takes over",
      (runs, run) => runs.handedOver(run, "execution", "late"),
      ["run.started"],
    ],
    ["a pause of its workflow", (runs, run) => runs.hold(run), []],
    ["its termination", (runs, { run }) => runs.change(run, close(ACCEPTED + 1_000)), ["run.closing"]],
    ["its end", (runs, run) => runs.succeeded(run, 1), ["run.succeeded"]],
    ["its failure", (runs, { run }) => runs.end(run, 1, { status: "failed" }), ["run.failed"]],
    ["its first check, if nothing else has changed it", (runs, { run }) => runs.watch(run, ACCEPTED), []],
  ])("%s", async (_, change, after) => {
    const { first, second } = await logged({}, change);
    expect(first).toEqual([]);
    expect(namesOf(second)).toEqual(["run.accepted", ...after]);
  });
});

test.each([
  ["a key", { key: "k" }],
  ["a shared limit", { limit: { name: "l", key: "k" } }],
])("a run that may wait for others by %s is logged when it is accepted, and not again", async (_, more) => {
  const { first, second } = await logged(more, start);
  expect(namesOf(first)).toEqual(["run.accepted"]);
  expect(namesOf(second)).toEqual(["run.started"]);
});
