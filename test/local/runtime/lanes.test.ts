import { expect, test } from "vitest";
import { tableLanes } from "../../../lambdas/runtime/aws/runs/lanes.ts";
import { stateTable } from "./state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);
const lanes = () => tableLanes(open(), "index", () => NOW);

test("a hundred writers of one revision: one wins, and nothing of the others is seen", async () => {
  const { queued: _, ...lane } = await lanes().read("contended");
  const written = await Promise.all(
    Array.from({ length: 100 }, (_, at) => lanes().write("contended", { ...lane, running: [`r${at}`] })),
  );
  expect(written.filter(Boolean)).toHaveLength(1);
  const after = await lanes().read("contended");
  expect(after).toMatchObject({ revision: 1, running: [`r${written.indexOf(true)}`] });
  const again = await Promise.all(
    Array.from({ length: 10 }, (_, at) => lanes().write("contended", { ...after, running: [`s${at}`] })),
  );
  expect(again.filter(Boolean)).toHaveLength(1);
  expect(await lanes().read("contended")).toMatchObject({
    revision: 2,
    running: [`s${again.indexOf(true)}`],
  });
});

test("a line is read in the order of its events, and an execution is in it once", async () => {
  for (const order of ["2", "3", "1", "2"]) await lanes().queue("line", { execution: `r${order}`, order });
  const { queued } = await lanes().read("line");
  expect(queued.map(({ execution }) => execution)).toEqual(["r1", "r2", "r3"]);
  await lanes().unqueue("line", { execution: "r2", order: "2" });
  expect((await lanes().read("line")).queued).toHaveLength(2);
});

test("a burst is kept, and gone once it is over", async () => {
  const burst = { execution: "r", order: "1", began: 1, due: 2 };
  const lane = await lanes().read("burst");
  await lanes().write("burst", { ...lane, burst, passed: ["p"] });
  const bursting = await lanes().read("burst");
  expect(bursting).toMatchObject({ burst, passed: ["p"] });
  await lanes().write("burst", { ...bursting, burst: undefined, running: ["r"] });
  expect((await lanes().read("burst")).burst).toBeUndefined();
});
