import { expect, test } from "vitest";
import { tableRunStarts } from "../../../../lambdas/runtime/aws/runs/run-starts.ts";
import type { Pair } from "../../../../lambdas/runtime/aws/table/pairs.ts";
import { readItems } from "../../../../lambdas/runtime/aws/table/read-items.ts";
import { insertStatement } from "../../../../lambdas/runtime/aws/table/statements.ts";
import { type Table, tableOver } from "../../../../lambdas/runtime/aws/table/table.ts";
import { tableClaims } from "../../../../lambdas/runtime/aws/work/claims.ts";
import { claimKey } from "../../../../lib/contract/keys/claim.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import { claimRequest } from "../../ports/claim-request.ts";
import { runItem } from "../../relay/log-items.ts";
import { stateTable } from "../state-table.ts";

/** Pairs of writes that share a transaction. */
const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);

const key = (pk: string, sk: string) => ({ pk, sk });
const pairOf = (pk: string): Pair => [
  insertStatement("state", key(pk, "run")),
  insertStatement("state", key(pk, "claim")),
];

/** A table that records the numbers of statements in its transactions. `before` runs before each. */
function recorded(before: (call: number) => void = () => {}) {
  const calls: number[] = [];
  const { client } = open();
  const send = async (command: any) => {
    before(calls.push(command.input.TransactStatements.length));
    return await client.send(command);
  };
  return { calls, table: tableOver("state", { send } as unknown as Table["client"]) };
}

const written = async (...names: string[]) =>
  (
    await readItems(
      open(),
      names.flatMap((pk) => [key(pk, "run"), key(pk, "claim")]),
    )
  ).map(Boolean);

test("pairs of the same moment share a transaction", async () => {
  const { calls, table } = recorded();
  const pairs = ["a1", "a2", "a3"].map(pairOf);
  expect(await Promise.all(pairs.map((pair) => table.pairs.ask(pair)))).toEqual([true, true, true]);
  expect(calls).toEqual([6]);
});

test("a pair of which one write is refused writes nothing, and prevents no other", async () => {
  const { calls, table } = recorded();
  await table.statements.ask(insertStatement("state", key("b2", "claim"))).catch(() => {});
  const { client } = open();
  await tableOver("state", client).statements.ask(insertStatement("state", key("b2", "claim")));
  const pairs = ["b1", "b2", "b3"].map(pairOf);
  expect(await Promise.all(pairs.map((pair) => table.pairs.ask(pair)))).toEqual([true, false, true]);
  expect(calls).toEqual([6, 4]);
  expect(await written("b1", "b2", "b3")).toEqual([true, true, false, true, true, true]);
});

test("two pairs of a run are in transactions of their own: the second is refused", async () => {
  const { calls, table } = recorded();
  const pairs = [pairOf("c1"), pairOf("c1")];
  expect(await Promise.all(pairs.map((pair) => table.pairs.ask(pair)))).toEqual([true, false]);
  expect(calls).toEqual([2, 2]);
});

test("at most fifty pairs share a transaction", async () => {
  const { calls, table } = recorded();
  await Promise.all(Array.from({ length: 51 }, (_, at) => table.pairs.ask(pairOf(`d${at}`))));
  expect(calls).toEqual([100, 2]);
});

test.each(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "ValidationError"])(
  "a pair that %s prevents is not written, the others are",
  async (Code) => {
    const { table } = recorded((call) => {
      if (call > 1) return;
      const CancellationReasons = [{ Code: "None" }, { Code }, { Code: "None" }, { Code: "None" }];
      throw Object.assign(new Error("no"), { name: "TransactionCanceledException", CancellationReasons });
    });
    const names = [`e1-${Code}`, `e2-${Code}`];
    expect(await Promise.all(names.map((name) => table.pairs.ask(pairOf(name))))).toEqual([false, true]);
    expect(await written(...names)).toEqual([false, false, true, true]);
  },
);

test("an error of the call is that of each pair; one of the second call is not that of a refused pair", async () => {
  const failure = Object.assign(new Error("down"), { name: "InternalServerError" });
  const down = recorded(() => {
    throw failure;
  });
  const all = ["f1", "f2"].map((name) => down.table.pairs.ask(pairOf(name)));
  expect(await Promise.allSettled(all)).toEqual([
    { status: "rejected", reason: failure },
    { status: "rejected", reason: failure },
  ]);
  const { table } = recorded((call) => {
    if (call > 1) throw failure;
  });
  await open().statements.ask(insertStatement("state", key("g1", "run")));
  const some = ["g1", "g2"].map((name) => table.pairs.ask(pairOf(name)));
  expect(await Promise.allSettled(some)).toEqual([
    { status: "fulfilled", value: false },
    { status: "rejected", reason: failure },
  ]);
});

test("a run is accepted with its first claim, which its owner may take again, or not at all", async () => {
  const table = open();
  const { acceptAndClaim } = tableRunStarts(table, 90, () => NOW);
  const claims = tableClaims(table, 90, () => NOW);
  const run = runItem(1, 0, { ...runKey("w-1"), run: "w-1" });
  const request = (owner: string) =>
    claimRequest("w-1", "pack", { owner, lease: NOW + 60_000, fence: 0, about: { attempt: 0 } });
  expect(await acceptAndClaim(run, request("me"))).toBe(true);
  expect(await acceptAndClaim(run, request("other"))).toBe(false);
  const [found] = await claims.read(request("me").key);
  expect(found).toMatchObject({ kind: "claim", state: "running", owner: "me", revision: 1, attempt: 0 });
  // As if it had been claimed after the run was accepted.
  await claims.claim({ ...request("me"), key: claimKey("w-1", 1, "alone") });
  const [alone] = await claims.read(claimKey("w-1", 1, "alone"));
  expect({ ...alone, sk: found!.sk }).toEqual(found);
  expect(await claims.claim(request("me"))).toEqual({ kind: "claimed" });
  expect(await claims.claim(request("other"))).toEqual({ kind: "held", lease: NOW + 60_000 });
});
