import { describe, expect, test } from "vitest";
import { sealForgotten } from "../../../lambdas/runtime/completion/forgotten-seals.ts";
import { approvalKey } from "../../../lib/contract/keys/approval.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { TableItem } from "../../../lib/contract/table.ts";
import { memoryObservation } from "../memory/memory.ts";

const succeeded = {
  ...runKey("r"),
  kind: "run",
  run: "r",
  epoch: 2,
  status: "succeeded",
  leavesNothing: true,
};
const claim = (more: object = {}) => ({
  ...claimKey("r", 2, "a"),
  kind: "claim",
  epoch: 2,
  path: "a",
  direction: "do",
  state: "running",
  ...more,
});
const approval = (more: object = {}) => ({
  ...approvalKey("r", 2, "editor"),
  kind: "approval",
  epoch: 2,
  state: "pending",
  ...more,
});

describe("a run that succeeded and should have left nothing", () => {
  const seal = async (items: object[]) => {
    const sealed: unknown[][] = [];
    const observation = memoryObservation();
    const claims = { seal: async (...given: unknown[]) => void sealed.push(given) };
    await sealForgotten(items as TableItem[], { claims, ...observation } as never);
    expect(observation.lines).toHaveLength(sealed.length);
    return sealed;
  };

  test.each([
    ["a claim that runs", claim()],
    ["a claim that failed", claim({ state: "failed" })],
    ["an open question", approval()],
  ])("has %s of its epoch sealed", async (_, item) => {
    expect(await seal([item, succeeded])).toEqual([["r", 2]]);
  });

  test.each<[string, object[]]>([
    ["nothing left", []],
    [
      "claims that are done, sealed or undone",
      [claim({ state: "done" }), claim({ state: "sealed" }), claim({ direction: "undo" })],
    ],
    ["claims of an earlier epoch", [claim({ epoch: 1 })]],
    [
      "questions that are answered or closed",
      [approval({ state: "decided" }), approval({ state: "closed" })],
    ],
    ["questions of an earlier epoch", [approval({ epoch: 1 })]],
    [
      "other items of its epoch that are pending or running",
      [claim({ kind: "deferred" }), approval({ kind: "waiter" })],
    ],
  ])("is left alone with %s", async (_, items) => {
    expect(await seal([...items, succeeded])).toEqual([]);
  });

  test.each([
    ["has failed: its end sealed everything", { ...succeeded, status: "failed" }],
    ["still runs", { ...succeeded, status: "running" }],
    ["may leave something: its end sealed it", { ...succeeded, leavesNothing: undefined }],
  ])("is none that %s", async (_, run) => {
    expect(await seal([claim(), approval(), run])).toEqual([]);
  });

  test("is none without a run", async () => {
    expect(await seal([claim()])).toEqual([]);
  });
});
