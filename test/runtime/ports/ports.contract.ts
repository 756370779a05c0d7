import { describe, expect, test } from "vitest";
import { retry } from "../../../lambdas/runtime/control/run-actions.ts";
import type { Approvals } from "../../../lambdas/runtime/ports/approvals.ts";
import type { Outbox } from "../../../lambdas/runtime/ports/bus.ts";
import type { ClaimRequest, Claims } from "../../../lambdas/runtime/ports/claims.ts";
import type { Quarantine } from "../../../lambdas/runtime/ports/quarantine.ts";
import type { Runs } from "../../../lambdas/runtime/ports/runs.ts";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { approvalKey } from "../../../lib/contract/keys/approval.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type {
  ApprovalItem,
  ClaimItem,
  QuarantineItem,
  RunItem,
  TableItem,
} from "../../../lib/contract/table.ts";
import { idOf } from "../run-ids.ts";
import { claimRequest } from "./claim-request.ts";

/** An implementation of the ports over state, with a clock that the suite moves. */
export interface Implementation {
  runs: Runs;
  claims: Claims;
  approvals: Approvals;
  quarantine: Quarantine;
  outbox: Outbox;
  get(key: ItemKey): Promise<TableItem | undefined>;
  /** Moves the implementation's clock. */
  advance(milliseconds: number): void;
  now(): number;
}

let runs = 0;

const closing = (run: RunItem): RunItem => (run.status === "running" ? { ...run, status: "closing" } : run);

/** What every implementation of the ports must do. Each test uses a run of its own. */
export function portsContract(name: string, open: () => Promise<Implementation>): void {
  describe(name, () => {
    const fresh = async () => {
      const harness = await open();
      const run = idOf(`${++runs}.`);
      const time = new Date(harness.now()).toISOString();
      const item = {
        ...runKey(run),
        kind: "run",
        run,
        workflow: "w",
        epoch: 1,
        version: "v",
        status: "accepted",
        event: { id: "e", name: "n", version: 1, time, source: "s", correlation: "c", hops: 0 },
        payload: "p",
        input: "{}",
        acceptedAt: time,
        changedAt: time,
        revision: 1,
        list: shardOf("run", run),
        listedAt: time,
        due: shardOf("due", run),
        dueAt: time,
        expiresAt: Math.ceil(harness.now() / 1000) + 1000,
      } satisfies RunItem;
      return { harness, run, item, key: claimKey(run, 1, "a"), request: requestOf(run) };
    };

    const requestOf =
      (run: string) =>
      (owner: string, more: Partial<ClaimRequest> = {}): ClaimRequest =>
        claimRequest(run, "a", { owner, lease: Date.parse("2030-01-01T00:00:00Z"), ...more });

    describe("runs", () => {
      test("one of a hundred accepts a run; the others get the accepted one", async () => {
        const { harness, item } = await fresh();
        const answers = await Promise.all(
          Array.from({ length: 100 }, (_, at) => harness.runs.accept({ ...item, payload: `p${at}` })),
        );
        const accepted = answers.flatMap((answer, at) => (answer.accepted ? [`p${at}`] : []));
        expect(accepted).toHaveLength(1);
        const existing = answers.flatMap((answer) => (answer.accepted ? [] : [answer.existing.payload]));
        expect(new Set(existing)).toEqual(new Set(accepted));
      });

      test("go from accepted to running to closing to an end, once each, and never back", async () => {
        const { harness, run, item } = await fresh();
        await harness.runs.accept(item);
        await harness.runs.started(item, "arn");
        await harness.runs.change(run, closing);
        expect(
          await harness.runs.end(run, 1, { status: "failed", failure: { error: "x", cause: "y" } }),
        ).toBe(true);
        expect(await harness.runs.end(run, 1, { status: "succeeded" })).toBe(false);
        await harness.runs.started(item, "other");
        await harness.runs.change(run, closing);
        expect(await harness.runs.read(run)).toMatchObject({
          status: "failed",
          execution: "arn",
          failure: { error: "x" },
        });
      });

      test("keep that a success leaves nothing, where their definition says so, until the next epoch", async () => {
        const { harness, run, item } = await fresh();
        await harness.runs.accept(item);
        expect(await harness.runs.started(item, "arn", true)).toMatchObject({
          status: "running",
          leavesNothing: true,
        });
        await harness.runs.end(run, 1, { status: "failed", failure: { error: "x", cause: "y" } });
        const order = { by: "ada", why: "", key: "k", at: "2026-11-21T10:00:00.000Z" };
        await harness.runs.change(run, retry(order, harness.now()));
        expect(await harness.runs.read(run)).toMatchObject({ status: "accepted", epoch: 2 });
        expect(await harness.runs.read(run)).not.toHaveProperty("leavesNothing");
        await harness.runs.started({ ...item, epoch: 2, version: "v2" }, "arn2");
        expect(await harness.runs.read(run)).toMatchObject({ version: "v2" });
        expect(await harness.runs.read(run)).not.toHaveProperty("leavesNothing");
      });

      test("know from their start on until when they may run, where a setting limits that", async () => {
        const { harness, run, item } = await fresh();
        const deadline = 10 * 60_000;
        await harness.runs.accept({ ...item, deadline });
        const until = new Date(harness.now() + deadline).toISOString();
        const order = { by: "ada", why: "", key: "k", at: "2026-11-21T10:00:00.000Z" };
        const started = await harness.runs.started({ ...item, deadline }, "arn");
        expect(started).toMatchObject({ status: "running" });
        // The table has a clock of its own.
        expect(Math.abs(Date.parse(started!.until!) - Date.parse(until))).toBeLessThan(60_000);
        await harness.runs.end(run, 1, { status: "failed", failure: { error: "x", cause: "y" } });
        await harness.runs.change(run, retry(order, harness.now()));
        expect(await harness.runs.read(run)).not.toHaveProperty("until");
        expect(await harness.runs.read(run)).toMatchObject({ deadline });
      });

      test("an end, a start or a pause that is about another epoch does not change this one", async () => {
        const { harness, run, item } = await fresh();
        await harness.runs.accept({ ...item, epoch: 2 });
        const accepted = await harness.runs.read(run);
        expect(await harness.runs.end(run, 1, { status: "succeeded" })).toBe(false);
        expect(await harness.runs.started(item, "arn")).toMatchObject({ status: "accepted", epoch: 2 });
        await harness.runs.hold(item);
        expect(await harness.runs.read(run)).toEqual(accepted);
        await harness.runs.started({ ...item, epoch: 2 }, "arn2");
        const closed = await harness.runs.change(run, closing);
        expect(await harness.runs.end(run, 1, { status: "succeeded" })).toBe(false);
        expect(await harness.runs.read(run)).toEqual(closed);
      });

      test("are not held while an undo of an earlier epoch is checked, only after it", async () => {
        const { harness, run, item } = await fresh();
        const { due, dueAt } = item;
        const undo = { round: 1, undone: 0, failed: 0 };
        await harness.runs.accept({ ...item, compensation: { ...undo, open: true } });
        await harness.runs.hold(item);
        expect(await harness.runs.read(run)).toMatchObject({ due, dueAt });
        expect(await harness.runs.read(run)).not.toHaveProperty("held");
        await harness.runs.change(run, (found) => ({ ...found, compensation: { ...undo, open: false } }));
        await harness.runs.hold(item);
        expect(await harness.runs.read(run)).toMatchObject({ held: "paused", due: shardOf("held#w", run) });
      });

      test("without an execution, one run is started, and ends once in its epoch", async () => {
        const { harness, run, item } = await fresh();
        await harness.runs.accept(item);
        const until = new Date(harness.now() + 3_600_000).toISOString();
        const check = new Date(harness.now() + 60_000).toISOString();
        await harness.runs.startedExpress({ ...item, epoch: 2 }, { until, check });
        expect((await harness.runs.read(run))?.status).toBe("accepted");
        await harness.runs.startedExpress(item, { until, check });
        expect(await harness.runs.read(run)).toMatchObject({
          status: "running",
          express: { until, check },
          dueAt: check,
        });
        expect((await harness.runs.read(run))?.execution).toBeUndefined();
        expect(await harness.runs.succeeded({ run, epoch: 2 }, "other")).toMatchObject({ status: "running" });
        expect(await harness.runs.succeeded({ run, epoch: 1 }, { so: 1 })).toBeUndefined();
        expect(await harness.runs.succeeded({ run, epoch: 1 }, "again")).toMatchObject({
          status: "succeeded",
        });
        expect(await harness.runs.read(run)).toMatchObject({ status: "succeeded", output: { so: 1 } });
        await harness.runs.startedExpress(item, { until, check });
        expect((await harness.runs.read(run))?.status).toBe("succeeded");
      });

      test("without an execution, one run is not ended that is closing, or that an execution has taken over", async () => {
        for (const stop of ["closing", "handed over"]) {
          const { harness, run, item } = await fresh();
          await harness.runs.accept(item);
          await harness.runs.startedExpress(item, { until: item.dueAt });
          const started = (await harness.runs.read(run))!;
          if (stop === "closing") await harness.runs.change(run, closing);
          const noted = await harness.runs.handedOver(started, "arn", "why");
          expect(noted?.execution).toBe(stop === "closing" ? undefined : "arn");
          expect(await harness.runs.handedOver(started, "other", "why")).toEqual(noted);
          expect(await harness.runs.succeeded({ run, epoch: 1 }, "late")).toMatchObject({
            status: stop === "closing" ? "closing" : "running",
          });
        }
      });

      test("without an execution, one run is not ended whose earlier effects were undone", async () => {
        const { harness, run, item } = await fresh();
        const compensation = { round: 1, open: false, undone: 1, failed: 0 };
        await harness.runs.accept({ ...item, epoch: 2, compensation });
        await harness.runs.startedExpress({ ...item, epoch: 2 }, { until: item.dueAt });
        expect(await harness.runs.succeeded({ run, epoch: 2 }, 1)).toMatchObject({ status: "running" });
        expect(await harness.runs.read(run)).toMatchObject({ status: "running", compensation });
      });

      test("are found when they are due, until they are postponed or end", async () => {
        const { harness, run, item } = await fresh();
        await harness.runs.accept(item);
        const due = async () =>
          (await harness.runs.due(new Date(harness.now()).toISOString(), 1000)).map((found) => found.run);
        expect(await due()).toContain(run);
        await harness.runs.postpone(run, new Date(harness.now() + 1000).toISOString(), item.expiresAt + 1);
        // Nothing of an open run expires.
        expect((await harness.runs.read(run))?.expiresAt).toBe(item.expiresAt + 1);
        expect(await due()).not.toContain(run);
        harness.advance(1000);
        expect(await due()).toContain(run);
        await harness.runs.end(run, 1, { status: "succeeded", output: { n: 1 } });
        expect(await due()).not.toContain(run);
        await harness.runs.postpone(run, new Date(harness.now()).toISOString(), item.expiresAt);
        expect(await due()).not.toContain(run);
        expect((await harness.runs.read(run))?.output).toEqual({ n: 1 });
      });

      test("are watched while they are open, and have no check of their own before", async () => {
        const { harness, run, item } = await fresh();
        const { due: _, dueAt: __, ...young } = item;
        await harness.runs.accept(young);
        await harness.runs.started(item, "arn");
        expect(await harness.runs.read(run)).not.toHaveProperty("due");
        const later = harness.now() + 3_600_000;
        await harness.runs.watch(run, later);
        await harness.runs.watch(run, later + 1);
        expect(await harness.runs.read(run)).toMatchObject({ dueAt: new Date(later).toISOString() });
        const due = await harness.runs.due(new Date(later).toISOString(), 1000);
        expect(due.map((found) => found.run)).toContain(run);
        await harness.runs.end(run, 1, { status: "failed" });
        const ended = await harness.runs.read(run);
        await harness.runs.watch(run, later);
        expect(await harness.runs.read(run)).toEqual(ended);
      });

      test("are watched while their effects are undone", async () => {
        const { harness, run, item } = await fresh();
        const { due: _, dueAt: __, ...young } = item;
        await harness.runs.accept({ ...young, status: "compensating" });
        const later = harness.now() + 3_600_000;
        await harness.runs.watch(run, later);
        expect(await harness.runs.read(run)).toMatchObject({ dueAt: new Date(later).toISOString() });
      });

      test("are checked from their start on if they start late, and no longer as held ones", async () => {
        const { harness, run, item } = await fresh();
        const acceptedAt = new Date(harness.now() - 3_600_000).toISOString();
        await harness.runs.accept({ ...item, acceptedAt });
        await harness.runs.hold({ ...item, acceptedAt });
        await harness.runs.started({ ...item, acceptedAt }, "arn");
        const started = await harness.runs.read(run);
        expect(started).toMatchObject({ due: shardOf("due", run) });
        expect(started).not.toHaveProperty("held");
        expect(started!.dueAt! > new Date(harness.now()).toISOString()).toBe(true);
      });

      test("that succeed soon have no position among the ended ones; those that took long have", async () => {
        for (const minutes of [4, 6]) {
          const { harness, run, item } = await fresh();
          const acceptedAt = new Date(harness.now() - minutes * 60_000).toISOString();
          const stuck = { path: "a", deadLetter: "m", at: acceptedAt, reason: "" };
          await harness.runs.accept({ ...item, acceptedAt, stuck });
          expect(await harness.runs.succeeded({ run, epoch: 1, acceptedAt }, 1)).toBeUndefined();
          expect(await harness.runs.read(run)).not.toHaveProperty("stuck");
          const { due, dueAt } = (await harness.runs.read(run))!;
          if (minutes === 4) expect([due, dueAt]).toEqual([undefined, undefined]);
          else expect(due).toBe(shardOf("ended", run));
        }
      });

      test("are found oldest first, whichever partition of the index they are in", async () => {
        const { harness, item } = await fresh();
        const longAgo = harness.now() - 1_000_000_000;
        const dueAt = (at: number) => new Date(longAgo + at * 1000).toISOString();
        const known = Array.from({ length: 12 }, (_, at) => `r${++runs}-${at}`);
        for (const [at, run] of known.entries())
          await harness.runs.accept({
            ...item,
            ...runKey(run),
            run,
            due: shardOf("due", run),
            dueAt: dueAt(at),
          });
        const found = await harness.runs.due(dueAt(100), 5);
        expect(found.map(({ run }) => run)).toEqual(known.slice(0, 5));
      });

      test("one that does not exist is undefined, and cannot end", async () => {
        const { harness } = await fresh();
        expect(await harness.runs.read("unknown")).toBeUndefined();
      });
    });

    describe("claims", () => {
      test("a failure is adopted by one entry of a state: only a later attempt of that may claim", async () => {
        const { harness, request, key } = await fresh();
        await harness.claims.claim(request("a", { fence: 10 }));
        expect(await harness.claims.adopt(key, 10, 20)).toBe(false);
        await harness.claims.fail(key, "a", { policy: "retry", name: "E", message: "m" });
        expect(await harness.claims.adopt(key, 11, 20)).toBe(false);
        expect(await harness.claims.adopt(key, 10, 20)).toBe(true);
        expect(await harness.claims.adopt(key, 10, 20)).toBe(true);
        expect(await harness.claims.adopt(key, 10, 30)).toBe(false);
        expect((await harness.claims.claim(request("b", { fence: 20 }))).kind).toBe("failed");
        expect((await harness.claims.claim(request("b", { fence: 21 }))).kind).toBe("claimed");
      });

      test("one of a hundred gets the claim; the others learn until when it is held", async () => {
        const { harness, request } = await fresh();
        const outcomes = await Promise.all(
          Array.from({ length: 100 }, (_, at) => harness.claims.claim(request(`o${at}`))),
        );
        expect(outcomes.filter(({ kind }) => kind === "claimed")).toHaveLength(1);
        expect(outcomes.filter(({ kind }) => kind === "held")).toHaveLength(99);
        expect(outcomes.find(({ kind }) => kind === "held")).toEqual({
          kind: "held",
          lease: request("x").lease,
        });
      });

      test("one of many takes over the claim of a worker that died", async () => {
        const { harness, request } = await fresh();
        await harness.claims.claim(request("dead", { lease: harness.now() + 1000 }));
        harness.advance(1000);
        const owners = Array.from({ length: 10 }, (_, at) => `o${at}`);
        const outcomes = await Promise.all(owners.map((owner) => harness.claims.claim(request(owner))));
        const taken = outcomes.filter(({ kind }) => kind === "claimed");
        expect(taken).toEqual([{ kind: "claimed", tookOver: true }]);
        expect(outcomes.filter(({ kind }) => kind === "held")).toHaveLength(9);
      });

      test("the owner's own repeated write is a claim: the answer to the first was lost", async () => {
        const { harness, request } = await fresh();
        await harness.claims.claim(request("o"));
        expect(await harness.claims.claim(request("o"))).toEqual({ kind: "claimed" });
      });

      test("done: the result is stored once and returned to every later delivery", async () => {
        const { harness, request, key } = await fresh();
        await harness.claims.claim(request("o"));
        expect(await harness.claims.complete(key, "o", { result: { n: 1 }, emitted: [] })).toBe("completed");
        expect(await harness.claims.complete(key, "o", { result: { n: 1 }, emitted: [] })).toBe("completed");
        expect(await harness.claims.claim(request("p", { fence: 9 }))).toEqual({
          kind: "done",
          result: { n: 1 },
        });
        expect(await harness.claims.fail(key, "o", { policy: "retry", name: "x", message: "y" })).toBe(false);
      });

      test("a result of null, an empty list and nested values return as they were", async () => {
        const { harness, request, key } = await fresh();
        const result = { none: null, list: [], text: "", deep: [{ a: [1, 2.5, true] }] };
        await harness.claims.claim(request("o"));
        await harness.claims.complete(key, "o", { result: result, emitted: [] });
        expect(await harness.claims.claim(request("p"))).toEqual({ kind: "done", result });
      });

      test("failed: the same attempt is answered the failure, a higher fence claims again", async () => {
        const { harness, request, key } = await fresh();
        const failure = { policy: "retry", name: "TypeError", message: "no" } as const;
        await harness.claims.claim(request("o", { fence: 2 }));
        expect(await harness.claims.fail(key, "o", failure)).toBe(true);
        expect(await harness.claims.fail(key, "o", failure)).toBe(true);
        expect(await harness.claims.claim(request("p", { fence: 1 }))).toEqual({ kind: "failed", failure });
        expect(await harness.claims.claim(request("p", { fence: 2 }))).toEqual({ kind: "failed", failure });
        expect(await harness.claims.claim(request("p", { fence: 3 }))).toEqual({ kind: "claimed" });
        expect(await harness.get(key)).not.toHaveProperty("failure");
      });

      test("an expired lease is taken over if that is allowed, and reported if not", async () => {
        const { harness, request, key } = await fresh();
        await harness.claims.claim(request("o", { lease: harness.now() + 1000 }));
        harness.advance(1000); // To the millisecond: who comes back then must not be sent away again.
        expect(await harness.claims.claim(request("p", { takeover: false }))).toEqual({
          kind: "expired",
          owner: "o",
        });
        expect(await harness.get(key)).not.toHaveProperty("doubt");
        expect(await harness.claims.claim(request("p"))).toEqual({ kind: "claimed", tookOver: true });
        // It is unknown how far the first came.
        expect(await harness.get(key)).toHaveProperty("doubt");
        expect(await harness.claims.complete(key, "o", { result: 1, emitted: [] })).toBe("lost");
        expect(await harness.claims.complete(key, "p", { result: 2, emitted: [] })).toBe("completed");
      });

      test("released: the same attempt may claim again; a stranger's release does nothing", async () => {
        const { harness, request, key } = await fresh();
        await harness.claims.claim(request("o"));
        await harness.claims.release(key, "stranger");
        expect((await harness.claims.claim(request("p"))).kind).toBe("held");
        await harness.claims.release(key, "o");
        expect(await harness.claims.claim(request("p"))).toEqual({ kind: "claimed" });
      });

      test("recorded without a claim: the first result stays, a failure replaces only that of an earlier attempt", async () => {
        const { harness, run, request, key } = await fresh();
        const failure = { policy: "retry", name: "x", message: "y" } as const;
        const failed = { state: "failed", failure } as const;
        const done = (result: unknown) => ({ state: "done", result }) as const;
        const at = new Date(harness.now() - 500).toISOString();
        const record = (owner: string, fence: number, end: Parameters<Claims["record"]>[2]) =>
          harness.claims.record(request(owner, { fence }), at, end);

        expect(await record("o", 2, failed)).toBeUndefined();
        // The answer was lost, and the call is made again; then others come.
        expect(await record("o", 2, failed)).toBeUndefined();
        expect(await record("p", 2, failed)).toEqual({ kind: "failed", failure });
        expect(await record("p", 1, failed)).toEqual({ kind: "failed", failure });
        expect(await record("p", 3, failed)).toBeUndefined();
        expect(await harness.get(key)).toMatchObject({
          state: "failed",
          owner: "p",
          fence: 3,
          startedAt: at,
        });
        expect(await record("q", 1, done({ n: 1 }))).toBeUndefined();
        expect(await record("q", 1, done({ n: 1 }))).toBeUndefined();
        expect(await record("r", 9, done({ n: 2 }))).toEqual({ kind: "done", result: { n: 1 } });
        expect(await record("r", 9, failed)).toEqual({ kind: "done", result: { n: 1 } });
        const item = (await harness.get(key)) as ClaimItem;
        expect(item).toMatchObject({ kind: "claim", run, state: "done", result: { n: 1 }, startedAt: at });
        expect(item).not.toHaveProperty("failure");
        expect(item.expiresAt).toBeDefined();
        expect(eventsOf(undefined, item).map(({ name }) => name)).toEqual(["step.completed"]);
      });

      test("recorded without a claim: not over a live claim, and not after the seal", async () => {
        const { harness, run, item, request, key } = await fresh();
        await harness.runs.accept(item);
        const done = { state: "done", result: 1 } as const;
        const at = new Date(harness.now()).toISOString();
        const lease = harness.now() + 1000;
        await harness.claims.claim(request("o", { lease }));
        expect(await harness.claims.record(request("p"), at, done)).toEqual({ kind: "held", lease });
        harness.advance(1000);
        const failure = { policy: "retry", name: "x", message: "y" } as const;
        expect(
          await harness.claims.record(request("p", { fence: 1 }), at, { state: "failed", failure }),
        ).toBeUndefined();
        await harness.claims.seal(run, 1);
        expect(await harness.claims.record(request("p", { fence: 9 }), at, done)).toEqual({ kind: "sealed" });
        expect(((await harness.get(key)) as ClaimItem).state).toBe("sealed");
      });

      test("a hundred that record at once: one result, and all get it", async () => {
        const { harness, request, key } = await fresh();
        const at = new Date(harness.now()).toISOString();
        const refusals = await Promise.all(
          Array.from({ length: 100 }, (_, n) =>
            harness.claims.record(request(`o${n}`), at, { state: "done", result: n }),
          ),
        );
        const { result } = (await harness.get(key)) as ClaimItem;
        expect(refusals.filter((refusal) => refusal === undefined)).toHaveLength(1);
        expect(refusals[result as number]).toBeUndefined();
        expect(refusals.filter(Boolean)).toEqual(Array(99).fill({ kind: "done", result }));
      });

      test("sealed: unfinished effects may not start; later completions are late; completed ones stay; another epoch is not changed", async () => {
        const { harness, run, item, request, key } = await fresh();
        await harness.runs.accept(item);
        await harness.claims.claim(request("o"));
        const [doneKey, otherKey] = [claimKey(run, 1, "b"), claimKey(run, 2, "a")];
        await harness.claims.claim(request("o", { key: doneKey }));
        await harness.claims.complete(doneKey, "o", { result: 1, emitted: [] });
        await harness.claims.claim({
          ...request("o", { key: otherKey }),
          about: { ...request("o").about, epoch: 2 },
        });
        await harness.claims.seal(run, 1);
        // Its owner has not said yet how the effect ended.
        expect((await harness.claims.claim(request("p", { fence: 9 }))).kind).toBe("in doubt");
        expect(await harness.claims.complete(key, "o", { result: { n: 1 }, emitted: [] })).toBe("late");
        expect((await harness.claims.claim(request("p", { fence: 9 }))).kind).toBe("sealed");
        expect(await harness.get(key)).toMatchObject({ state: "sealed", late: { n: 1 } });
        expect(((await harness.get(doneKey)) as ClaimItem).state).toBe("done");
        expect(((await harness.get(otherKey)) as ClaimItem).state).toBe("running");
      });

      test("each change has a revision of its own, so that each event has an id of its own", async () => {
        const { harness, request, key } = await fresh();
        await harness.claims.claim(request("o"));
        await harness.claims.fail(key, "o", { policy: "retry", name: "x", message: "y" });
        const failed = await harness.get(key);
        await harness.claims.claim(request("p", { fence: 2 }));
        await harness.claims.complete(key, "p", { result: 1, emitted: [] });
        const done = await harness.get(key);
        const ids = [failed, done].flatMap((item) => eventsOf(undefined, item).map(({ id }) => id));
        expect(new Set(ids).size).toBe(2);
        expect(done).toMatchObject({ revision: 4 });
      });
    });

    describe("approvals", () => {
      const question = (run: string, token: string, level: number, fence = level * 1_001): ApprovalItem => ({
        ...approvalKey(run, 1, "editor"),
        kind: "approval",
        run,
        epoch: 1,
        workflow: "w",
        approval: "editor",
        path: "editor",
        state: "pending",
        level,
        token,
        fence,
        show: { film: 1 },
        askedAt: "2026-11-21T10:00:00.000Z",
        list: shardOf("approval", run),
        listedAt: "2026-11-21T10:00:00.000Z",
        changedAt: "2026-11-21T10:00:00.000Z",
        revision: 1,
        expiresAt: 0,
        correlation: "c",
        cause: "e",
        hops: 0,
      });
      const yes = { approved: true, decidedBy: "ada" };

      test("recording that an earlier change is on the bus does not remove the mark of a later one", async () => {
        const { harness, run } = await fresh();
        const asked = { ...question(run, "t1", 1), unpublished: shardOf("unpublished", run) };
        await harness.approvals.open(asked);
        await harness.approvals.decide(asked, yes);
        const revision = (await harness.get(asked))!.revision;
        await harness.outbox.published(asked, revision - 1);
        expect(await harness.get(asked)).toHaveProperty("unpublished");
        await harness.outbox.published(asked, revision);
        expect(await harness.get(asked)).not.toHaveProperty("unpublished");
      });

      test("an approval is opened once; its next level replaces the token; an earlier level does not return", async () => {
        const { harness, run } = await fresh();
        expect(await harness.approvals.open(question(run, "t1", 1))).toMatchObject({
          state: "pending",
          revision: 1,
        });
        expect(await harness.approvals.open(question(run, "t1", 1))).toMatchObject({ revision: 1 });
        expect(await harness.approvals.open(question(run, "t2", 2))).toMatchObject({
          token: "t2",
          level: 2,
          revision: 2,
        });
        expect(await harness.approvals.open(question(run, "t1", 1))).toMatchObject({ token: "t2", level: 2 });
      });

      test("of ten people at once, as many are counted as it takes", async () => {
        const { harness, run } = await fresh();
        const asked = { ...question(run, "t1", 1), quorum: { approvals: 3, rejections: 1 } };
        await harness.approvals.open(asked);
        const outcomes = await Promise.all(
          Array.from({ length: 10 }, (_, at) =>
            harness.approvals.decide(asked, { approved: true, decidedBy: `p${at}` }),
          ),
        );
        expect(outcomes.filter(({ decided }) => decided)).toHaveLength(3);
        const after = (await harness.approvals.read(asked))!;
        expect(after.state).toBe("decided");
        expect(after.decision!.decidedBy).toBe(after.votes!.map(({ by }) => by).join(", "));
        expect(after.votes).toHaveLength(3);
      });

      test("one of two deciders decides", async () => {
        const { harness, run } = await fresh();
        const key = approvalKey(run, 1, "editor");
        await harness.approvals.open(question(run, "t1", 1));
        const outcomes = await Promise.all([
          harness.approvals.decide(key, yes),
          harness.approvals.decide(key, { ...yes, approved: false }),
        ]);
        expect(outcomes.filter(({ decided }) => decided)).toHaveLength(1);
        expect(await harness.approvals.read(key)).toMatchObject({ state: "decided" });
        expect(await harness.get(key)).not.toHaveProperty("list");
      });

      test("a newer token gets an existing decision, and the decision keeps its revision", async () => {
        const { harness, run } = await fresh();
        const key = approvalKey(run, 1, "editor");
        await harness.approvals.open(question(run, "t1", 1));
        await harness.approvals.decide(key, yes);
        expect(await harness.approvals.open(question(run, "t2", 2))).toMatchObject({
          state: "decided",
          token: "t2",
          decision: yes,
        });
        expect(await harness.approvals.read(key)).toMatchObject({ token: "t2", revision: 2 });
      });

      test("an approval that is opened again after its decision needs another; an overtaken one does not return", async () => {
        const { harness, run } = await fresh();
        const key = approvalKey(run, 1, "editor");
        await harness.approvals.open(question(run, "t1", 1));
        await harness.approvals.decide(key, yes);
        const restarted = question(run, "t2", 1, 5_005);
        expect(await harness.approvals.open(restarted)).toMatchObject({
          state: "pending",
          token: "t2",
          revision: 3,
        });
        expect(await harness.get(key)).not.toHaveProperty("decision");
        expect(await harness.approvals.open(question(run, "t1", 1))).toMatchObject({ token: "t2" });
        await harness.approvals.decide(key, yes);
        // A repeated send of the same request, whose first was delivered.
        expect(await harness.approvals.open({ ...restarted, token: "t3", fence: 5_006 })).toMatchObject({
          state: "decided",
          token: "t3",
          revision: 4,
        });
      });

      test("an approval after its timeout cannot be decided any more", async () => {
        const { harness, run } = await fresh();
        const key = approvalKey(run, 1, "editor");
        await harness.approvals.open({ ...question(run, "t1", 1), until: "2026-11-20T10:00:00.000Z" });
        expect(await harness.approvals.decide(key, yes)).toMatchObject({
          decided: false,
          existing: { state: "pending" },
        });
      });

      test("an approval that was never opened cannot be decided, and neither can a closed one", async () => {
        const { harness, run } = await fresh();
        const key = approvalKey(run, 1, "editor");
        expect(await harness.approvals.decide(key, yes)).toEqual({ decided: false, existing: undefined });
        expect(await harness.approvals.read(key)).toBeUndefined();
        await harness.approvals.open(question(run, "t1", 1));
        await harness.claims.seal(run, 1);
        expect(await harness.approvals.decide(key, yes)).toMatchObject({
          decided: false,
          existing: { state: "closed" },
        });
      });
    });

    describe("quarantine and outbox", () => {
      const kept = (id: string, harness: Implementation): QuarantineItem => ({
        pk: `quarantine#${id}`,
        sk: "quarantine",
        kind: "quarantine",
        id,
        subscriber: "w",
        reason: "contract",
        findings: [{ path: "a", message: "b" }],
        body: "{}",
        name: "n",
        source: "s",
        quarantinedAt: new Date(harness.now()).toISOString(),
        changedAt: new Date(harness.now()).toISOString(),
        revision: 1,
        unpublished: shardOf("unpublished", id),
        list: shardOf("quarantine", id),
        listedAt: new Date(harness.now()).toISOString(),
        expiresAt: 0,
      });

      test("the first to be kept stays", async () => {
        const { harness, run } = await fresh();
        await harness.quarantine.keep(kept(run, harness));
        await harness.quarantine.keep({ ...kept(run, harness), body: "other" });
        expect(await harness.get(kept(run, harness))).toMatchObject({ body: "{}" });
      });

      test("a change is overdue until its revision is marked as published", async () => {
        const { harness, run } = await fresh();
        const item = kept(run, harness);
        await harness.quarantine.keep(item);
        const overdue = async () =>
          ((await harness.outbox.overdue(item.changedAt, 1000)) as TableItem[]).map(({ pk }) => pk);
        expect(await overdue()).toContain(item.pk);
        await harness.outbox.published(item, 7);
        expect(await overdue()).toContain(item.pk);
        await harness.outbox.published(item, 1);
        expect(await overdue()).not.toContain(item.pk);
        expect(await harness.get(item)).toMatchObject({ revision: 1 });
      });
    });
  });
}
