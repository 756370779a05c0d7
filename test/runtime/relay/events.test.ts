import { describe, expect, test } from "vitest";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { deadLetterKey } from "../../../lib/contract/keys/delivery.ts";
import type { DeadLetterItem, TableItem } from "../../../lib/contract/table.ts";
import { approvalItem, claimItem, runItem, seconds } from "./log-items.ts";

const order = (second: number) => ({ by: "ada", why: "", key: `k${second}`, at: seconds(second) });
const failure = { policy: "retry" as const, name: "No", message: "no" };
const failedAt = (revision: number, second: number) =>
  claimItem(revision, second, { state: "failed", failure, endedAt: seconds(second) });
const stuckAt = (deadLetter: string, ...also: string[]) => {
  const place = (letter: string) => ({ path: letter, deadLetter: letter, at: seconds(3), reason: "" });
  return { ...place(deadLetter), ...(also.length > 0 && { also: also.map(place) }) };
};

const deadLetter = (revision: number, more: Partial<DeadLetterItem> = {}) =>
  ({
    ...deadLetterKey("m"),
    kind: "dead-letter",
    id: "m",
    subscriber: "w",
    purpose: "event",
    revision,
    changedAt: seconds(revision),
    ...more,
  }) as DeadLetterItem;

/** Names and ids of the events of the changes from each item to the next. */
const published = (...items: TableItem[]) =>
  items.slice(1).flatMap((after, at) => eventsOf(items[at], after).map(({ name, id }) => ({ name, id })));

/** Something else of the item changes after its event. */
const changed = <Item extends TableItem>(item: Item): Item => ({ ...item, revision: item.revision + 1 });

describe("happens twice, and is two events:", () => {
  test.each<[string, string, ...TableItem[]]>([
    [
      "a held run is released",
      "run.requested",
      runItem(1, 0),
      runItem(2, 1, { released: seconds(1) }),
      runItem(3, 2, { released: seconds(1), held: "paused" }),
      runItem(4, 3, { released: seconds(3) }),
    ],
    [
      "an attempt fails, with the same number, after its state was entered again",
      "step.failed",
      claimItem(1, 1),
      failedAt(2, 2),
      claimItem(3, 3),
      failedAt(4, 4),
    ],
  ])("%s", (_, name, ...items) => {
    const events = published(...items).filter((one) => one.name === name);
    expect(events).toHaveLength(2);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
  });
});

describe("is published once, whatever changes after it:", () => {
  test.each<[string, string, TableItem, TableItem]>([
    [
      "the question about an effect in doubt",
      "escalation.raised",
      claimItem(2, 2, { state: "sealed" }),
      claimItem(3, 3, { state: "sealed", asked: true, failure }),
    ],
    [
      "an undo that is given up",
      "escalation.raised",
      failedAt(2, 2),
      { ...failedAt(3, 3), givenUp: { error: "No", cause: "no" } as never },
    ],
    [
      "an undo that is given up before it has begun",
      "escalation.raised",
      claimItem(1, 1),
      claimItem(2, 2, { givenUp: { error: "No", cause: "no" } as never }),
    ],
    [
      "the decision about a dead letter",
      "dead-letter.discarded",
      deadLetter(1),
      deadLetter(2, { resolved: { ...order(2), as: "discarded" } }),
    ],
    [
      "that a run is stuck",
      "run.stuck",
      runItem(2, 1, { status: "running" }),
      runItem(3, 3, { status: "running", stuck: stuckAt("a") }),
    ],
  ])("%s", (_, name, before, after) => {
    expect(published(before, after, changed(after)).map((one) => one.name)).toEqual([name]);
  });

  test("a run that is stuck in two places, of which one is resolved, is neither stuck again nor unstuck", () => {
    const [one, two, other] = [stuckAt("a"), stuckAt("a", "b"), stuckAt("b")];
    const unstuck = order(9);
    const names = published(
      runItem(2, 1),
      runItem(3, 2, { stuck: one }),
      runItem(4, 3, { stuck: two }),
      runItem(5, 4, { stuck: other }),
      runItem(6, 9, { unstuck }),
    ).map(({ name }) => name);
    expect(names).toEqual(["run.stuck", "run.unstuck"]);
  });
});

describe("of an item whose earlier states are not known", () => {
  const names = (item: TableItem) => eventsOf(undefined, item).map(({ name }) => name);

  test("a run that is stuck again is not reported as unstuck", () => {
    const stuck = runItem(7, 9, { stuck: stuckAt("b"), unstuck: order(5) });
    expect(names(stuck)).toEqual(["run.stuck"]);
  });

  test("an approval at the next level is asked for, although a person has voted at the level before", () => {
    const votes = [{ by: "ada", approved: true, at: seconds(5) }];
    expect(names(approvalItem(3, 60, { level: 2, votes }))).toEqual(["escalation.raised"]);
    expect(names(approvalItem(3, 1, { votes }))).toEqual(["approval.voted"]);
  });
});
