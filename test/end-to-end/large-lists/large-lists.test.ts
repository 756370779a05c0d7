import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { App, Stack } from "aws-cdk-lib";
import { afterEach, beforeAll, expect, test } from "vitest";
import { tableRuns } from "../../../lambdas/runtime/aws/runs/runs.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import { tableEffects } from "../../../lambdas/runtime/aws/work/effects.ts";
import { StepFailure } from "../../../lambdas/runtime/index.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import { Millrace } from "../../../lib/millrace.ts";
import { type Simulation, simulate } from "../../../local/simulate.ts";
import { workerOf } from "../own-code.ts";
import { importFile, readFile, removeRow, report, storeRow } from "./app/import.ts";

/** More than one compensation undoes, and three parts. */
const ROWS = 210;
/** Two parts. */
const FEWER_ROWS = 120;
const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `r${at}`, text: "t".repeat(400) }));
const rows = rowsOf(ROWS);

let assembly: string;
beforeAll(() => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-large-lists-")) });
  const stack = new Stack(app, "Millrace");
  new Millrace(stack, "Millrace", { workflows: [importFile], handlers: join(import.meta.dirname, "app") });
  assembly = app.synth().directory;
}, 120_000);

let cloud: Simulation;
afterEach(() => cloud.close());

type Conduct = Record<string, (input: any) => unknown>;

async function imported(conduct: Conduct, count = ROWS) {
  const calls: Record<string, number> = {};
  const handler = (spec: StepSpec) =>
    workerOf(spec, (input: any) => {
      calls[spec.name] = (calls[spec.name] ?? 0) + 1;
      return conduct[spec.name]!(input);
    });
  const steps = [readFile, storeRow, removeRow, report];
  const reports: string[] = [];
  cloud = await simulate(assembly, {
    seed: 1,
    report: (line: string) => reports.push(line),
    handlers: Object.fromEntries(steps.map((spec) => [spec.name, handler(spec as StepSpec)])),
  });
  const { MillraceBus, MillraceTable } = await cloud.outputs("Millrace");
  const Detail = JSON.stringify({ file: "f", rows: count });
  const entry = { EventBusName: MillraceBus, Source: "test", DetailType: "file.arrived", Detail };
  await cloud.call("events", "PutEvents", { Entries: [entry] });
  await cloud.advance("30 minutes");
  const table = openTable(MillraceTable!, cloud.client(DynamoDBClient));
  const run = runId("import-file", "file.arrived", "f");
  const claims = (await tableEffects(table).of(run)).filter(({ step }) => step === "store-row");
  return { calls, reports, claims, item: (await tableRuns(table).read(run))! };
}

const well: Conduct = {
  "read-file": () => ({ rows }),
  "store-row": ({ id, text }) => ({ id, address: `${text.length} bytes ${"x".repeat(600)}` }),
  "remove-row": () => null,
  report: ({ stored }) => ({ count: stored.filter(Boolean).length }),
};
const bad = () => {
  throw new StepFailure("give-up", "no ink");
};

test("a list and results that no state could contain are processed, each item claimed once", async () => {
  let reported: any[] = [];
  const { item, calls, claims, reports } = await imported({
    ...well,
    "store-row": (row) => (row.id === "r7" ? bad() : well["store-row"]!(row)),
    report: ({ stored }) => {
      reported = stored;
      return { count: stored.length };
    },
  });
  expect(reports).toEqual([]);
  expect(item).toMatchObject({ status: "succeeded", output: { count: ROWS } });
  expect(calls).toEqual({ "read-file": 1, "store-row": ROWS, report: 1 });
  expect(reported.map((row) => row?.id)).toEqual(rows.map(({ id }) => (id === "r7" ? undefined : id)));
  expect(new Set(claims.map(({ path }) => path))).toEqual(
    new Set(rows.map((_, at) => `rows[${at}]/store-row`)),
  );
});

test("a run that fails after its list undoes every item, in several compensations", async () => {
  const { item, calls, reports } = await imported({ ...well, report: bad });
  expect(reports).toEqual([]);
  expect(item).toMatchObject({
    status: "failed",
    compensation: { undone: ROWS, failed: 0, open: false },
  });
  expect(item.compensation!.round).toBeGreaterThan(1);
  expect(calls["remove-row"]).toBe(ROWS);
});

test("an item's failure ends the run with its own error, and the effects of the other parts are undone", async () => {
  const failing = new Set(["r3", "r50", "r110"]);
  const conduct: Conduct = {
    ...well,
    "read-file": () => ({ rows: rowsOf(FEWER_ROWS) }),
    "store-row": (row) => (failing.has(row.id) ? bad() : well["store-row"]!(row)),
  };
  const { item, calls } = await imported(conduct, FEWER_ROWS);
  expect(item).toMatchObject({ status: "failed", failure: { error: "Millrace.TooManyFailed" } });
  expect(item.failure!.cause).toContain('Of the items of "rows", 3 of 120 failed, where 2 may');
  expect(calls["remove-row"]).toBe(FEWER_ROWS - failing.size);
});
