import { expect, test } from "vitest";
import { tableControls } from "../../../../lambdas/runtime/aws/control/controls.ts";
import { tableAdmissions } from "../../../../lambdas/runtime/aws/runs/admissions.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);

test("a workflow is open unless it is paused or drained", async () => {
  const { open: isOpen } = tableAdmissions(open(), () => NOW);
  const action = { by: "ada", why: "", key: "k", at: new Date(NOW).toISOString() };
  const controls = tableControls(open(), () => NOW);
  expect(await isOpen("new")).toBe(true);
  for (const state of ["paused", "drained"] as const) {
    await controls.change("workflow", state, (control) => ({ ...control, [state]: action }));
    expect(await isOpen(state)).toBe(false);
    await controls.change("workflow", state, (control) => ({ ...control, [state]: undefined }));
    expect(await isOpen(state)).toBe(true);
  }
});
