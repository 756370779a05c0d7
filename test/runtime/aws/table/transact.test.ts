import { expect, test } from "vitest";
import { type Table, tableOver } from "../../../../lambdas/runtime/aws/table/table.ts";
import { changeTogether, transact } from "../../../../lambdas/runtime/aws/table/transact.ts";

const cancelled = (...codes: string[]) => {
  const CancellationReasons = codes.map((Code) => ({ Code }));
  const error = Object.assign(new Error("no"), { name: "TransactionCanceledException", CancellationReasons });
  return tableOver("state", { send: () => Promise.reject(error) } as unknown as Table["client"]);
};
const change = { key: { pk: "p", sk: "s" }, change: { set: { a: 1 } } };

test("a condition that fails, or a concurrent change, refuses a transaction: nothing is written", async () => {
  for (const code of ["ConditionalCheckFailed", "TransactionConflict"]) {
    expect(await transact(cancelled("None", code))).toEqual(["None", code]);
    expect(await changeTogether(cancelled("None", code), change, change)).toBe(false);
  }
});

test.each(["ThrottlingError", "ProvisionedThroughputExceeded", "ItemCollectionSizeLimitExceeded"])(
  "%s refuses nothing: the message is delivered again",
  async (code) => {
    for (const codes of [[code], ["None", code], ["ConditionalCheckFailed", code]])
      await expect(transact(cancelled(...codes))).rejects.toThrow("no");
  },
);
