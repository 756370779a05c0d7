import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient } from "@aws-sdk/client-sfn";
import { App, Stack } from "aws-cdk-lib";
import { afterEach, beforeAll, expect, test } from "vitest";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import type { RunDetails } from "../../../lambdas/runtime/ports/readers.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import { inputOf } from "../../../lib/contract/runs/run-input.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { Millrace } from "../../../lib/millrace.ts";
import { type Faults, type Simulation, simulate } from "../../../local/simulate.ts";
import { seeds } from "../../seeds.ts";
import { all } from "./app/documents.ts";

let assembly: string;
beforeAll(() => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-turns-")) });
  const handlers = join(import.meta.dirname, "app");
  new Millrace(new Stack(app, "Turns"), "Millrace", { workflows: all, handlers });
  assembly = app.synth().directory;
}, 120_000);

let cloud: Simulation;
afterEach(() => cloud.close());

const EDITS = 12;

/** The documents' workflows, with an operator. */
async function openTurns(faults: Faults = {}) {
  cloud = await simulate(assembly, { seed: 1, schedules: false, faults });
  const { MillraceBus: EventBusName, MillraceTable, MillraceControl } = await cloud.outputs("Turns");
  const control = controlFunction(MillraceControl!, cloud.client(LambdaClient));
  const reader = runReader(openTable(MillraceTable!, cloud.client(DynamoDBClient)), cloud.client(SFNClient));
  let orders = 0;
  return {
    async edit(edit: number) {
      const millrace = { id: `e${edit}`, time: new Date(cloud.now() + edit).toISOString() };
      const Detail = JSON.stringify({ document: "d", edit, millrace });
      const entry = { EventBusName, Source: "editor", DetailType: "document.changed", Detail };
      await cloud.call("events", "PutEvents", { Entries: [entry] });
      await cloud.settle();
    },
    async order(action: string, target: object) {
      const command = { action, target, by: "ada", why: "test", key: `k${++orders}` } as Command;
      const [answer] = await Promise.all([control(command), cloud.settle()]);
      expect(answer).toMatchObject({ done: true });
    },
    /** Runs of a workflow by edit: "running e1". */
    async statuses(workflow: string) {
      const runs = await Promise.all(
        (await reader.runs(100)).map(async ({ run }) => (await reader.run(run))!.run),
      );
      const found = runs.filter((run) => run.workflow === workflow);
      const editOf = (run: RunItem) => inputOf(run).event.edit as number;
      const sorted = found.sort((a, b) => editOf(a) - editOf(b));
      return sorted.map(({ run, status, epoch }) => ({ run, says: `${status} e${epoch}` }));
    },
  };
}

/** Twelve edits of one document at once, some twice, and all that follows. Answers the runs of a workflow by edit. */
async function edit(faults: Faults = {}) {
  cloud = await simulate(assembly, { seed: 1, schedules: false, faults });
  const { MillraceBus: EventBusName, MillraceTable } = await cloud.outputs("Turns");
  const entry = (edit: number) => ({
    EventBusName,
    Source: "editor",
    DetailType: "document.changed",
    Detail: JSON.stringify({
      document: "d",
      edit,
      millrace: { id: `e${edit}`, time: new Date(cloud.now() + edit).toISOString() },
    }),
  });
  const edits = Array.from({ length: EDITS }, (_, at) => (at * 7) % EDITS);
  for (const Entries of [edits.slice(0, 6), edits.slice(6), edits.slice(0, 3)].map((part) =>
    part.map(entry),
  )) {
    await cloud.call("events", "PutEvents", { Entries });
  }
  await cloud.advance("3 hours");
  const reader = runReader(openTable(MillraceTable!, cloud.client(DynamoDBClient)), cloud.client(SFNClient));
  const runs = await Promise.all((await reader.runs(100)).map(async ({ run }) => (await reader.run(run))!));
  return (workflow: string) => runs.filter(({ run }) => run.workflow === workflow);
}

/** The edits whose step ran, by the time at which it began. */
function ran(runs: RunDetails[]): { edit: number; from: string; to: string }[] {
  return runs
    .flatMap(({ run, claims }) =>
      claims.map(({ startedAt, endedAt }) => ({
        edit: inputOf(run).event.edit as number,
        from: startedAt,
        to: endedAt!,
      })),
    )
    .sort((a, b) => (a.from < b.from ? -1 : 1));
}

function expectTurns(runsOf: Awaited<ReturnType<typeof edit>>): void {
  const ordered = ran(runsOf("in-order"));
  expect(ordered.map(({ edit }) => edit).sort((a, b) => a - b)).toEqual(
    Array.from({ length: EDITS }, (_, at) => at),
  );
  for (const [at, { from }] of ordered.entries()) expect(from >= (ordered[at - 1]?.to ?? "")).toBe(true);
  expect(runsOf("in-order").every(({ run }) => run.status === "succeeded")).toBe(true);

  const single = runsOf("singly").map(({ run }) => run.failure?.error ?? run.status);
  expect(single.filter((end) => end === "succeeded").length).toBeGreaterThan(0);
  expect(single.filter((end) => end !== "succeeded" && end !== "Millrace.Skipped")).toEqual([]);
  const throttled = ran(runsOf("throttled"));
  expect(throttled.map(({ edit }) => edit).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: EDITS }, (_, at) => at),
  );

  const late = runsOf("impatient").map(({ run }) => run.failure?.error ?? run.status);
  expect(late.filter((end) => end !== "succeeded" && end !== "Millrace.StartDeadline")).toEqual([]);
  expect(late.filter((end) => end === "succeeded").length).toBeGreaterThan(0);

  const slots = ran(runsOf("singly"));
  for (const [at, { from }] of slots.entries()) expect(from >= (slots[at - 1]?.to ?? "")).toBe(true);
}

test("sequential, single, or only the last of a burst: through the synthesized stack", async () => {
  const runsOf = await edit();
  expectTurns(runsOf);
  // The first that came took the place; those that waited follow in the order of their events.
  const [, ...waited] = ran(runsOf("in-order")).map(({ edit }) => edit);
  expect(waited).toEqual(waited.toSorted((a, b) => a - b));
  expect(ran(runsOf("singly"))).toHaveLength(1);
  const starts = ran(runsOf("throttled")).map(({ from }) => Date.parse(from));
  for (const [at, start] of starts.entries())
    if (starts[at + 3] !== undefined) expect(starts[at + 3]! - start).toBeGreaterThanOrEqual(59_000);
  // Each takes five seconds: the third begins after ten, and the fourth would after fifteen.
  const impatient = runsOf("impatient");
  expect(ran(impatient).length).toBeLessThan(EDITS);
  for (const { run } of impatient.filter(({ run }) => run.failure))
    expect(Date.parse(run.endedAt!) - Date.parse(run.acceptedAt)).toBeLessThan(6 * 60_000);
  expect(ran(runsOf("when-quiet")).map(({ edit }) => edit)).toEqual([EDITS - 1]);
});

test.each(seeds([2], 50))("the same with duplicates, delays and crashes: %i", async (seed) => {
  const runsOf = await edit({
    duplicates: 0.2,
    delays: { chance: 0.3, upTo: "20 seconds" },
    interleave: true,
    calls: [
      { kind: "crash-before", chance: 0.01 * (1 + ((seed - 1) % 3)) },
      { kind: "crash-after", chance: 0.01 * (1 + ((seed - 1) % 3)) },
      { kind: "lost", chance: 0.02 },
    ],
  });
  expectTurns(runsOf);
  expect(ran(runsOf("when-quiet")).map(({ edit }) => edit)).toContain(EDITS - 1);
});

test.each(["singly", "when-quiet"])(
  "a run of %s that was superseded runs when it is retried",
  async (workflow) => {
    const turns = await openTurns();
    await turns.edit(1);
    await turns.edit(2);
    await cloud.advance("5 minutes");
    const [passed] = (await turns.statuses(workflow)).filter(({ says }) => says === "terminated e1");
    await turns.order("retry", { run: passed!.run });
    await cloud.advance("5 minutes");
    const statuses = await turns.statuses(workflow);
    expect(statuses.find(({ run }) => run === passed!.run)!.says).toBe("succeeded e2");
  },
);

test.each(["drain", "pause"])("%s holds back the next of a queue, and resume starts it", async (action) => {
  const turns = await openTurns();
  for (const edit of [1, 2, 3]) await turns.edit(edit);
  await cloud.advance("1 second");
  await turns.order(action, { workflow: "in-order" });
  await cloud.advance("1 hour");
  const waiting = (await turns.statuses("in-order")).filter(({ says }) => says === "accepted e1");
  expect(waiting).toHaveLength(2);
  await turns.order("resume", { workflow: "in-order" });
  await cloud.advance("1 hour");
  const ended = (await turns.statuses("in-order")).map(({ says }) => says);
  expect(ended).toEqual(["succeeded e1", "succeeded e1", "succeeded e1"]);
});
