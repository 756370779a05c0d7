import { expect } from "vitest";
import { expectEmptyQueues } from "../queues.ts";
import type { Magazine } from "./magazine.ts";

/** No effect happened twice: what holds as long as no worker dies in the middle of one. */
export function expectOnce({ effects: { done } }: Magazine): void {
  expect(done.filter((key, at) => done.indexOf(key) !== at)).toEqual([]);
}

/** What must hold once all is over, whatever went wrong on the way. */
export async function expectOrder({ cloud, items, published, reports }: Magazine): Promise<void> {
  const open = (await items("claim")).filter(({ state }) => state === "running");
  expect(open.map(({ pk, sk }) => `${pk} ${sk}`)).toEqual([]);
  expect(await items("deferred")).toEqual([]);
  for (const kind of ["run", "claim", "approval", "waiter", "awaited-event"] as const) {
    const unpublishedItems = (await items(kind)).filter(({ unpublished }) => unpublished);
    expect(unpublishedItems.map(({ pk, sk }) => `${pk} ${sk}`)).toEqual([]);
  }
  const claims = (await items("claim")).filter(({ state }) => state === "done");
  for (const [name, direction] of [
    ["step.completed", "do"],
    ["step.undone", "undo"],
  ] as const) {
    const ids = published(name).map(({ run, epoch, path }) => `${run} ${epoch} ${path}`);
    const done = claims.filter((claim) => claim.direction === direction);
    expect(ids.sort(), name).toEqual(done.map(({ run, epoch, path }) => `${run} ${epoch} ${path}`).sort());
  }
  await expectEmptyQueues(cloud);
  expect(reports).toEqual([]);
}
