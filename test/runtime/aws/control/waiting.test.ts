import { expect, test } from "vitest";
import { tableControls, tableWaiting } from "../../../../lambdas/runtime/aws/control/controls.ts";
import { putNew } from "../../../../lambdas/runtime/aws/table/table.ts";
import { deferredItem } from "../../../../lambdas/runtime/defer/defer.ts";
import type { DeferReason } from "../../../../lib/contract/table.ts";
import { idOf } from "../../run-ids.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);

const run = { id: idOf("r"), workflow: "w", epoch: 1, version: "v", correlation: "c", event: "e", hops: 0 };
const entry = { taskToken: "t", run, entered: "2026-11-21T10:00:00.000Z", attempt: 1 };
const messages = {
  step: { ...entry, step: "s", path: "s", direction: "do", input: null, reads: [], fallback: false },
  approval: { ...entry, approval: "editor", path: "editor" },
  call: { ...entry, kind: "child", workflow: "other", path: "other", payload: {} },
};
const defer = async (kind: keyof typeof messages, reason: DeferReason, path: string = kind) => {
  const message = { ...messages[kind], path } as unknown as Parameters<typeof deferredItem>[0];
  const deferral = { reason, due: undefined, owner: "o" };
  await putNew(open(), deferredItem(message, deferral, { retentionDays: 90 }, NOW));
};

test("messages of steps, approvals and calls of a run wait for its resume, and others for that of its workflow", async () => {
  for (const kind of ["step", "approval", "call"] as const) {
    await defer(kind, "run paused");
    await defer(kind, "workflow paused", `later/${kind}`);
  }
  const waiting = tableWaiting(open());
  const pathsOf = (items: readonly { path: string }[]) => items.map(({ path }) => path).sort();
  const ofRun = await waiting.deferredOfRun(run.id, "run paused", 10);
  expect(pathsOf(ofRun)).toEqual(["approval", "call", "step"]);
  expect(await waiting.deferredOfRun(run.id, undefined, 10)).toHaveLength(6);
  expect(await waiting.deferredOfRun(run.id, "run paused", 2)).toHaveLength(2);
  expect(await waiting.deferredOfRun(idOf("other"), undefined, 10)).toEqual([]);
  const ofWorkflow = await waiting.deferredOfWorkflow("w", "workflow paused", 10);
  expect(pathsOf(ofWorkflow)).toEqual(["later/approval", "later/call", "later/step"]);
  expect(await waiting.deferredOfWorkflow("w", "workflow paused", 1)).toHaveLength(1);
  expect(await waiting.deferredOfWorkflow("other", "workflow paused", 10)).toEqual([]);
});

test("the state of a workflow is changed by one of several people at a time, and no change is lost", async () => {
  const controls = tableControls(open(), () => NOW);
  const names = Array.from({ length: 10 }, (_, at) => `person ${at}`);
  await Promise.all(
    names.map((name) =>
      controls.change("workflow", "contended", (found) => ({
        ...found,
        settings: {
          revision: found.revision + 1,
          values: { ...found.settings?.values, [name]: { value: found.revision, by: name, why: "", at: "" } },
        },
      })),
    ),
  );
  const { revision, settings } = (await controls.read("workflow", "contended"))!;
  expect(revision).toBe(10);
  expect(Object.keys(settings!.values).sort()).toEqual(names);
});
