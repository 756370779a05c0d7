import { expect, test } from "vitest";
import { tableDeliveryReceipts } from "../../../../lambdas/runtime/aws/ledger/deliveries.ts";
import { deliveryReader } from "../../../../lambdas/runtime/aws/ledger/delivery-reader.ts";
import { tableRuns } from "../../../../lambdas/runtime/aws/runs/runs.ts";
import { putNew, tableOver } from "../../../../lambdas/runtime/aws/table/table.ts";
import { tableClaims } from "../../../../lambdas/runtime/aws/work/claims.ts";
import { deliveryOf } from "../../../../lambdas/runtime/ledger/receipt.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import type { ClaimItem } from "../../../../lib/contract/table.ts";
import { claimRequest } from "../../ports/claim-request.ts";
import { runItem } from "../../relay/log-items.ts";
import { inTrouble } from "../batches.ts";
import { stateTable } from "../state-table.ts";

/** Each statement is carried out, its answer is lost, and it is sent again. */
const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);
const lossy = () => inTrouble(open(), "lost");
const claims = () => tableClaims(lossy(), 90, () => NOW);

const request = (path: string, owner: string) =>
  claimRequest("w-lost", path, { owner, lease: NOW + 60_000, about: { step: "a" } });

test("a claim is its owner's, and no other's", async () => {
  const { key } = request("a", "o");
  expect(await claims().claim(request("a", "o"))).toEqual({ kind: "claimed" });
  expect(await claims().claim(request("a", "p"))).toEqual({ kind: "held", lease: NOW + 60_000 });
  expect(await claims().complete(key, "o", { result: { n: 1 }, emitted: [] })).toBe("completed");
  expect(await claims().complete(key, "p", { result: { n: 2 }, emitted: [] })).toBe("lost");
  expect(await claims().claim(request("a", "p"))).toEqual({ kind: "done", result: { n: 1 } });
});

test("a claim that failed or was released can be claimed again by its owner's next attempt", async () => {
  const { key } = request("b", "o");
  const failure = { policy: "retry", name: "TypeError", message: "no" } as const;
  await claims().claim(request("b", "o"));
  await claims().release(key, "o");
  expect(await claims().claim(request("b", "p"))).toEqual({ kind: "claimed" });
  expect(await claims().fail(key, "p", failure)).toBe(true);
  expect(await claims().claim({ ...request("b", "q"), fence: 2 })).toEqual({ kind: "claimed" });
});

test("a result that comes after the seal is kept as late, once", async () => {
  const { key } = request("c", "o");
  await claims().claim(request("c", "o"));
  await claims().seal("w-lost", 1);
  expect(await claims().complete(key, "o", { result: { n: 1 }, emitted: [] })).toBe("late");
  const [item] = await claims().read(key);
  expect(item).toMatchObject({ state: "sealed", late: { n: 1 } } satisfies Partial<ClaimItem>);
});

test("an accepted run is answered with its state, and starts once", async () => {
  const runs = tableRuns(lossy(), () => NOW);
  const item = runItem(1, 0, { ...runKey("w-accepted"), run: "w-accepted" });
  expect(await runs.accept(item)).toMatchObject({ accepted: false, existing: { run: "w-accepted" } });
  expect(
    await runs.started(
      { run: "w-accepted", epoch: 1, version: "v1", acceptedAt: new Date(NOW).toISOString() },
      "arn",
    ),
  ).toMatchObject({
    status: "running",
    execution: "arn",
    revision: 2,
  });
});

test("an item is inserted once; of two receipts of a delivery the later counts", async () => {
  const item = { pk: "lost", sk: "put", revision: 1 };
  expect(await putNew(lossy(), item)).toEqual(item);
  const receipts = tableDeliveryReceipts(lossy(), 90, ["w"]);
  const event = { id: "e", name: "n", source: "s", correlation: "c" };
  const at = new Date(NOW).toISOString();
  const receipt = { ...deliveryOf(event, "w"), at, settledAt: at };
  await receipts.record({ ...receipt, state: "received" });
  await receipts.record({ ...receipt, state: "done" });
  await receipts.record({ ...receipt, state: "received" });
  const [delivery] = await deliveryReader(open()).ofEvent("e");
  expect(delivery).toMatchObject({ state: "done", revision: 2 });
});

test("a statement that returns no item is followed by a read", async () => {
  const table = open();
  const send = async (command: any) => {
    const answer: any = await table.client.send(command);
    if (!command.input.Statements) return answer;
    return { Responses: answer.Responses.map(({ Item: _, ...response }: any) => response) };
  };
  const silent = tableOver(table.name, { send } as unknown as typeof table.client);
  const runs = tableRuns(silent, () => NOW);
  await runs.accept(runItem(1, 0, { ...runKey("w-silent"), run: "w-silent" }));
  expect(
    await runs.started(
      { run: "w-silent", epoch: 1, version: "v1", acceptedAt: new Date(NOW).toISOString() },
      "arn",
    ),
  ).toMatchObject({
    status: "running",
    execution: "arn",
    revision: 2,
  });
});
