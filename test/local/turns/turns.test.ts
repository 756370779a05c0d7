import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { App, Stack } from "aws-cdk-lib";
import { afterEach, beforeAll, expect, test } from "vitest";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import type { RunDetails } from "../../../lambdas/runtime/ports.ts";
import { Millrace } from "../../../lib/millrace.ts";
import { type Faults, type Simulation, simulate } from "../../../local/simulate.ts";
import { inOrder, singly, whenQuiet } from "./app/documents.ts";

let assembly: string;
beforeAll(() => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-turns-")) });
  const handlers = join(import.meta.dirname, "app");
  new Millrace(new Stack(app, "Turns"), "Millrace", { workflows: [inOrder, singly, whenQuiet], handlers });
  assembly = app.synth().directory;
}, 120_000);

let cloud: Simulation;
afterEach(() => cloud.close());

const EDITS = 12;

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
        edit: JSON.parse(run.input).event.edit as number,
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
  const slots = ran(runsOf("singly"));
  for (const [at, { from }] of slots.entries()) expect(from >= (slots[at - 1]?.to ?? "")).toBe(true);
}

test("one after another, singly, or only the last of a burst: through the synthesized stack", async () => {
  const runsOf = await edit();
  expectTurns(runsOf);
  // The first that came took the place; those that waited follow in the order of their events.
  const [, ...waited] = ran(runsOf("in-order")).map(({ edit }) => edit);
  expect(waited).toEqual(waited.toSorted((a, b) => a - b));
  expect(ran(runsOf("singly"))).toHaveLength(1);
  expect(ran(runsOf("when-quiet")).map(({ edit }) => edit)).toEqual([EDITS - 1]);
});

test.each([1, 2, 3])("the same with duplicates, delays and crashes: %i", async (seed) => {
  const runsOf = await edit({
    duplicates: 0.2,
    delays: { chance: 0.3, upTo: "20 seconds" },
    interleave: true,
    calls: [
      { kind: "crash-before", chance: 0.01 * seed },
      { kind: "crash-after", chance: 0.01 * seed },
      { kind: "lost", chance: 0.02 },
    ],
  });
  expectTurns(runsOf);
  expect(ran(runsOf("when-quiet")).map(({ edit }) => edit)).toContain(EDITS - 1);
});
