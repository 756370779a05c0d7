import { expect, test } from "vitest";
import { tableAudits } from "../../../../lambdas/runtime/aws/relay/audits.ts";
import { tableEventLog } from "../../../../lambdas/runtime/aws/relay/event-log.ts";
import { tableRuns } from "../../../../lambdas/runtime/aws/runs/runs.ts";
import { tableClaims } from "../../../../lambdas/runtime/aws/work/claims.ts";
import { changeEventsOf } from "../../../../lambdas/runtime/relay/change-events.ts";
import { journalOf } from "../../../../lambdas/runtime/relay/journal.ts";
import { auditOf } from "../../../../lib/contract/audit.ts";
import { shardOf, shardsOf } from "../../../../lib/contract/keys/index-partitions.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import type { RunItem } from "../../../../lib/contract/table.ts";
import { claimRequest } from "../../ports/claim-request.ts";
import { runItem } from "../../relay/log-items.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const MINUTE = 60_000;
const open = stateTable(NOW);
const iso = (minutes: number) => new Date(NOW + minutes * MINUTE).toISOString();

const run = (id: string) => runItem(1, 0, { ...runKey(id), run: id });

/** A run that has ended so many minutes after ten. */
async function ended(id: string, minutes: number): Promise<void> {
  const runs = tableRuns(open(), () => NOW + minutes * MINUTE);
  await runs.accept(run(id));
  await runs.started({ run: id, epoch: 1, version: "v1", acceptedAt: iso(0) }, "arn");
  await runs.end(id, 1, { status: "succeeded" });
}

const found = async (from: string, until: string) => {
  const audits = tableAudits(open());
  const pages = await Promise.all(
    shardsOf("ended").map((partition) => Array.fromAsync(audits.ended(partition, from, until))),
  );
  return pages.flat(2).map(({ run }) => run);
};

test("ended runs are found five minutes later, once per period, and are no longer open runs", async () => {
  await ended("w-first", 0);
  await ended("w-second", 1);
  expect((await found("", iso(6))).sort()).toEqual(["w-first", "w-second"]);
  expect(await found(iso(5), iso(6))).toEqual(["w-second"]);
  expect(await found(iso(6), iso(7))).toEqual([]);
  expect(await found("", iso(4))).toEqual([]);
  expect(await tableRuns(open()).due(iso(10_000), 100)).toEqual([]);
});

test("a handling is found by itself, a step's claim with its run only", async () => {
  const claim = async (id: string, audited: boolean, end: "complete" | "fail") => {
    const claims = tableClaims(open(), 90, () => NOW + 20 * MINUTE, { audited });
    const request = claimRequest(id, "a", { lease: NOW + 30 * MINUTE });
    const { key } = request;
    await claims.claim(request);
    if (end === "complete") await claims.complete(key, "o", { result: 1, emitted: [] });
    else await claims.fail(key, "o", { name: "Error", message: "no", policy: "retry" } as never);
  };
  await claim("note-done", true, "complete");
  await claim("note-failed", true, "fail");
  await claim("w-step", false, "complete");
  expect((await found(iso(24), iso(25))).sort()).toEqual(["note-done", "note-failed"]);
});

test("many that ended at the same time are all found, page by page", async () => {
  const ids = Array.from({ length: 300 }, (_, at) => `w-many-${at}`).filter(
    (id) => shardOf("ended", id) === shardOf("ended", "w-many-0"),
  );
  for (const id of ids) await tableRuns(open()).accept({ ...run(id), ...auditOf(id, NOW + 60 * MINUTE) });
  expect((await found(iso(64), iso(65))).sort()).toEqual(ids.sort());
});

test("a run is compared with its log; a postponed one is found later", async () => {
  const audits = tableAudits(open());
  await ended("w-compared", 90);
  const { items, logged } = await audits.compare("w-compared");
  expect([items.map(({ sk }) => sk), logged.size]).toEqual([["run"], 0]);
  const [item] = items as [RunItem];
  const events = changeEventsOf(undefined, item);
  await tableEventLog(open(), { warn: () => {} }).add(
    journalOf([{ after: item, events }], 90, NOW, new Set()),
  );
  expect((await audits.compare("w-compared")).logged).toEqual(new Set(events.map(({ event }) => event.id)));
  await audits.again(item, iso(200));
  expect(await found(iso(91), iso(199))).toEqual([]);
  expect(await found(iso(199), iso(200))).toEqual(["w-compared"]);
});

test("an open run keeps its place among the due runs, and a run that is gone stays gone", async () => {
  const audits = tableAudits(open());
  const runs = tableRuns(open(), () => NOW);
  await runs.accept(run("w-open"));
  await runs.started({ run: "w-open", epoch: 1, version: "v1", acceptedAt: iso(0) }, "arn");
  await runs.watch("w-open", NOW + 300 * MINUTE);
  for (const id of ["w-open", "w-gone"]) await audits.again({ ...runKey(id), run: id }, iso(290));
  expect(await found(iso(289), iso(290))).toEqual([]);
  expect(await runs.read("w-gone")).toBeUndefined();
  expect(await runs.due(iso(299), 100)).toEqual([]);
  expect((await runs.due(iso(300), 100)).map((due) => due.run)).toEqual(["w-open"]);
});

test("how far it came is remembered", async () => {
  const audits = tableAudits(open());
  expect(await audits.reached()).toEqual({});
  await audits.remember({ "ended#0": iso(1) });
  await audits.remember({ "ended#0": iso(2), "ended#1": iso(1) });
  expect(await audits.reached()).toEqual({ "ended#0": iso(2), "ended#1": iso(1) });
});
