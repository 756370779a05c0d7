import { expect, test } from "vitest";
import { checksOf } from "../../bench/soak/invariants.ts";
import type { Try } from "../../bench/soak/outside.ts";
import type { Seen } from "../../bench/soak/seen.ts";
import { claimKey, idempotencyKey } from "../../lib/contract/keys/claim.ts";
import { runKey } from "../../lib/contract/keys/run.ts";

/** The soak's invariants, over small histories that are written by hand. */
const RUN = "make-tour-1";
const NOW = Date.parse("2026-01-01T10:00:00.000Z");
const key = (epoch: number, direction: "do" | "undo") => idempotencyKey(claimKey(RUN, epoch, "b", direction));
const claim = (epoch: number, direction: "do" | "undo", fields: object) => ({
  ...claimKey(RUN, epoch, "b", direction),
  kind: "claim",
  run: RUN,
  epoch,
  path: "b",
  direction,
  ...fields,
});
const work = (epoch: number, direction: "do" | "undo"): Try => ({
  key: key(epoch, direction),
  step: direction === "do" ? "visit" : "leave",
  run: RUN,
  began: NOW,
  release: undefined,
  ended: "done",
});

function seenOf(items: object[], tries: Try[]): Seen {
  const happened = new Map(tries.map((one) => [one.key, { step: one.step, run: RUN, at: one.began }]));
  return {
    now: () => NOW,
    items: () => items,
    item: ({ pk, sk }) => items.find((one: any) => one.pk === pk && one.sk === sk),
    executions: () => [],
    archive: () => [],
    messages: () => [],
    outside: { tries, happened, spent: new Map() } as unknown as Seen["outside"],
    reports: () => [],
  };
}

const run = (fields: object) => ({
  ...runKey(RUN),
  kind: "run",
  run: RUN,
  workflow: "make-tour",
  epoch: 2,
  status: "failed",
  changedAt: "2026-01-01T01:00:00.000Z",
  ...fields,
});
const late = claim(1, "do", { state: "sealed", late: {}, undo: {} });
const reused = claim(2, "do", { state: "done", reusedFrom: 1, undo: {} });

const broken = (items: object[], tries: Try[]) =>
  checksOf(seenOf(items, tries))
    .atEnd()
    .filter(({ what }) => /undone/.test(what))
    .map(({ what }) => what);

test("the undo of an effect belongs to the epoch that reuses it", () => {
  const items = [run({}), late, reused, claim(1, "undo", { state: "sealed" })];
  expect(broken(items, [work(1, "do"), work(2, "undo")])).toEqual([]);
  expect(broken(items, [work(1, "do")])).toEqual([
    "an effect of a run that ended badly is neither undone nor given up",
  ]);
  expect(broken([run({})], [work(2, "undo")])).toEqual(["something is undone that was never begun"]);
});

test("no work begins in a paused run, but an effect in doubt is found out after the run was closed", () => {
  const paused = { by: "me", at: "2026-01-01T01:00:00.000Z" };
  const began = (status: string) => {
    const item = run({ epoch: 1, status, paused });
    const doubt = claim(1, "do", { state: status === "running" ? "running" : "sealed", owner: "gone" });
    const checks = checksOf(seenOf([item, doubt], []));
    checks.onWork(work(1, "do"));
    return checks.atEnd().map(({ what }) => what);
  };
  expect(began("running")).toContain("work begins in a paused run");
  expect(began("compensating")).not.toContain("work begins in a paused run");
});
