import { expect, test } from "vitest";
import { tableKeyQueues } from "../../../../lambdas/runtime/aws/runs/key-queues.ts";
import { change, putNew } from "../../../../lambdas/runtime/aws/table/table.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import type { RunItem } from "../../../../lib/contract/table.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);
const keyQueues = () => tableKeyQueues(open(), "index", () => NOW);

test("of a hundred writers of one revision, one wins, and the others change nothing", async () => {
  const { queued: _, ...keyQueue } = await keyQueues().read("contended");
  const written = await Promise.all(
    Array.from({ length: 100 }, (_, at) =>
      keyQueues().write("contended", { ...keyQueue, running: [`r${at}`] }),
    ),
  );
  expect(written.filter(Boolean)).toHaveLength(1);
  const after = await keyQueues().read("contended");
  expect(after).toMatchObject({ revision: 1, running: [`r${written.indexOf(true)}`] });
  const again = await Promise.all(
    Array.from({ length: 10 }, (_, at) => keyQueues().write("contended", { ...after, running: [`s${at}`] })),
  );
  expect(again.filter(Boolean)).toHaveLength(1);
  expect(await keyQueues().read("contended")).toMatchObject({
    revision: 2,
    running: [`s${again.indexOf(true)}`],
  });
});

test("a queue is read in the order of its events, and contains an execution once", async () => {
  for (const order of ["2", "3", "1", "2"])
    await keyQueues().queue("line", { execution: `r${order}`, order });
  const { queued } = await keyQueues().read("line");
  expect(queued.map(({ execution }) => execution)).toEqual(["r1", "r2", "r3"]);
  await keyQueues().unqueue("line", { execution: "r2", order: "2" });
  expect((await keyQueues().read("line")).queued).toHaveLength(2);
});

test("counted starts and the reminder are kept, and the reminder is gone once no run waits", async () => {
  const keyQueue = await keyQueues().read("throttle");
  expect(keyQueue.starts).toEqual([]);
  await keyQueues().write("throttle", { ...keyQueue, starts: [1, 2], lookAt: 61_000 });
  const waiting = await keyQueues().read("throttle");
  expect(waiting).toMatchObject({ starts: [1, 2], lookAt: 61_000 });
  await keyQueues().write("throttle", { ...waiting, starts: [2], lookAt: undefined });
  const { starts, lookAt } = await keyQueues().read("throttle");
  expect({ starts, lookAt }).toEqual({ starts: [2], lookAt: undefined });
});

test("a burst is stored, and removed when it is over", async () => {
  const burst = { execution: "r", order: "1", began: 1, due: 2 };
  const keyQueue = await keyQueues().read("burst");
  await keyQueues().write("burst", { ...keyQueue, burst, passed: ["p"] });
  const bursting = await keyQueues().read("burst");
  expect(bursting).toMatchObject({ burst, passed: ["p"] });
  await keyQueues().write("burst", { ...bursting, burst: undefined, running: ["r"] });
  expect((await keyQueues().read("burst")).burst).toBeUndefined();
});

test("a slot is freed only while its run is held back, and at the revision that was read", async () => {
  const run = { kind: "run", run: "index-r1", epoch: 1, status: "accepted" };
  const item = (more: object) => ({ ...runKey(run.run), ...run, ...more }) as unknown as RunItem;
  await putNew(open(), item({ revision: 1 }));
  await keyQueues().write("paused", { ...(await keyQueues().read("paused")), running: ["index-r1"] });
  const { queued: _, ...read } = await keyQueues().read("paused");
  const free = (epoch: number) =>
    keyQueues().writeWhileHeld("paused", { ...read, running: [] }, [{ run: run.run, epoch }]);
  expect(await free(1)).toBe(false);
  await change(open(), runKey(run.run), { set: { held: "paused" } });
  expect(await free(2)).toBe(false);
  expect((await keyQueues().read("paused")).running).toEqual(["index-r1"]);
  expect(await free(1)).toBe(true);
  expect((await keyQueues().read("paused")).running).toEqual([]);
  expect(await free(1)).toBe(false);
});
