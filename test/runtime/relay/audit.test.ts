import { beforeEach, expect, test } from "vitest";
import { type AuditPorts, audit, republishMissing } from "../../../lambdas/runtime/relay/audit.ts";
import type { Change } from "../../../lambdas/runtime/relay/change.ts";
import { changeEventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { unpublishedOf } from "../../../lambdas/runtime/relay/unpublished.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import {
  type CompletionHarness,
  completionHarness,
  EXECUTION,
  MINUTE,
  RUN,
  START,
} from "../completion/completion-harness.ts";
import { runItem } from "./log-items.ts";

let harness: CompletionHarness;
let relayed: Change[][];
let refuses: boolean;
beforeEach(async () => {
  harness = await completionHarness();
  relayed = [];
  refuses = false;
});

const auditing = (more: Partial<AuditPorts> = {}) =>
  audit({
    ...harness.ports,
    relay: async (changes) => {
      relayed.push(changes);
      return refuses ? 0 : undefined;
    },
    ...more,
  });
const relayedItems = () => relayed.flat().map(({ before, after }) => [before, after!.sk]);

/** Does a step, ends the run, and loses what the change of some items published. */
async function loses(...keys: string[]) {
  await harness.does("a");
  await harness.ends(EXECUTION, { status: "succeeded" });
  lose(harness.state.changes.filter(({ after }) => keys.includes(after!.sk)));
}

/** Loses what changes published. */
function lose(changes: Change[]): void {
  for (const { before, after } of changes)
    for (const { event } of changeEventsOf(before, after)) harness.state.lost.add(event.id);
}

test("missing log entries of an ended run are derived from its items: once, and not before ten minutes", async () => {
  await loses("run", claimKey(RUN, 1, "a").sk);
  await auditing();
  expect(relayed).toEqual([]);
  harness.clock.now += 11 * MINUTE;
  await auditing();
  expect(relayedItems()).toEqual([
    [undefined, "run"],
    [undefined, claimKey(RUN, 1, "a").sk],
  ]);
  expect(harness.ports.counts.get("ChangesMissed")).toBe(2);
  await auditing();
  expect(relayed).toHaveLength(1);
});

test("what the bus rejects is counted as failed, not as missed by the relay", async () => {
  await loses("run", claimKey(RUN, 1, "a").sk);
  harness.clock.now += 11 * MINUTE;
  refuses = true;
  await auditing();
  harness.clock.now += 61 * MINUTE;
  await auditing({ relay: () => Promise.reject(new Error("The bus is throttled.")) });
  expect(Object.fromEntries(harness.ports.counts)).toEqual({ ChangesFailed: 4 });
});

test("a run that took long is compared five minutes after its end, and only then", async () => {
  await harness.does("a");
  harness.clock.now += 60 * MINUTE;
  await auditing();
  await harness.ends(EXECUTION, { status: "succeeded" });
  lose(harness.state.changes);
  harness.clock.now += 4 * MINUTE;
  await auditing();
  expect(relayed).toEqual([]);
  harness.clock.now += 2 * MINUTE;
  await auditing();
  await auditing();
  expect(relayed).toHaveLength(1);
});

test("if everything was published, nothing is published again", async () => {
  await loses();
  harness.clock.now += 11 * MINUTE;
  await auditing();
  expect(relayed).toEqual([]);
});

test("a rejection by the bus does not block other runs, and is retried after an hour", async () => {
  await loses("run");
  refuses = true;
  harness.clock.now += 11 * MINUTE;
  await auditing();
  await auditing();
  expect(relayed).toHaveLength(1);
  refuses = false;
  harness.clock.now += 60 * MINUTE;
  await auditing();
  await auditing();
  expect(relayed).toHaveLength(2);
});

test("an error does not block other runs either", async () => {
  await loses("run");
  harness.clock.now += 11 * MINUTE;
  await auditing({ relay: () => Promise.reject(new Error("a file is gone")) });
  expect(harness.ports.lines.map(({ level }) => level)).toContain("error");
  await auditing();
  expect(relayed).toEqual([]);
  harness.clock.now += 60 * MINUTE;
  await auditing();
  expect(relayedItems()).toEqual([[undefined, "run"]]);
});

test("an open run that cannot be compared is still checked, and compared after its end", async () => {
  await harness.does("a");
  harness.clock.now += 11 * MINUTE;
  const { audits } = harness.ports;
  const compare = () => Promise.reject(new Error("throttled"));
  await auditing({ audits: { ...audits, compare } });
  expect(harness.ports.lines.map(({ level }) => level)).toContain("error");
  await harness.ports.runs.watch(RUN, START + 60 * MINUTE);
  const checked = await harness.ports.runs.due(new Date(START + 60 * MINUTE).toISOString(), 100);
  expect(checked.map(({ run }) => run)).toEqual([RUN]);
  await harness.ends(EXECUTION, { status: "succeeded" });
  lose(harness.state.changes);
  harness.clock.now += 6 * MINUTE;
  await auditing();
  expect(relayed).toHaveLength(1);
});

test("an audit that takes too long continues where it stopped", async () => {
  const runs = Array.from({ length: 40 }, (_, at) => `w-${at}`);
  for (const [at, run] of runs.entries()) {
    // Some end in the same millisecond.
    const dueAt = new Date(START + Math.floor(at / 2)).toISOString();
    harness.state.put(runItem(1, 0, { ...runKey(run), run, status: "succeeded", due: "ended#0", dueAt }));
  }
  harness.clock.now += 10 * MINUTE;
  const relay = async (changes: Change[]) => {
    relayed.push(changes);
    harness.clock.now += 3_000;
    return undefined;
  };
  await auditing({ relay });
  expect(relayed).toHaveLength(25);
  await auditing({ relay });
  expect(new Set(relayed.flat().map(({ after }) => after!.pk)).size).toBe(40);
});

test("what its review looks for later is looked at again then, and only then", async () => {
  await loses();
  const looks: number[] = [];
  const review = async () => {
    looks.push(harness.clock.now);
    return looks.length === 1 ? new Date(START + 30 * MINUTE).toISOString() : undefined;
  };
  for (const minutes of [11, 29, 31, 90]) {
    harness.clock.now = START + minutes * MINUTE;
    await auditing({ review });
  }
  expect(looks).toEqual([START + 11 * MINUTE, START + 31 * MINUTE]);
});

test("a change of an ended run that may still be on its way is left for a later audit", async () => {
  await loses();
  harness.clock.now += 11 * MINUTE;
  const at = new Date(harness.clock.now - MINUTE).toISOString();
  const resumed = { by: "ada", why: "", key: "k", at };
  harness.state.put({ ...harness.run(), resumed, revision: 9, changedAt: at });
  await auditing();
  expect(relayed).toEqual([]);
});

test("a recent change may still be on its way", async () => {
  await harness.begins("a");
  const items = [harness.state.get(claimKey(RUN, 1, "a"))!, harness.state.get(runKey(RUN))!];
  const names = (by: number) =>
    unpublishedOf(items, new Set(), new Date(by).toISOString()).map(({ sk }) => sk);
  expect(names(START + MINUTE)).toEqual([claimKey(RUN, 1, "a").sk, "run"]);
  expect(names(START - MINUTE)).toEqual([]);
});

const FAILURE = { policy: "ask", name: "E", message: "no" } as const;

test("a failed undo that was given up is not published again", async () => {
  await harness.does("a");
  await harness.ends(EXECUTION, { status: "failed", failure: { error: "E", cause: "c" } });
  const key = await harness.begins("a", { direction: "undo" });
  await harness.state.claims.fail(key, "a", FAILURE);
  const { startedAt } = harness.claim("a", "undo")!;
  await harness.compensates(1, ["a"]);
  expect(harness.claim("a", "undo")).toMatchObject({ state: "failed", startedAt, givenUp: {} });
  harness.clock.now += 11 * MINUTE;
  await auditing();
  expect(relayed).toEqual([]);
});

test("a failure that the execution of its run has adopted is not published again", async () => {
  const key = await harness.begins("a");
  await harness.state.claims.fail(key, "a", FAILURE);
  expect(await harness.state.claims.adopt(key, 1, 2)).toBe(true);
  harness.clock.now += 11 * MINUTE;
  await republishMissing(RUN, { ...harness.ports, relay: async (changes) => void relayed.push(changes) });
  expect(relayed).toEqual([]);
});
