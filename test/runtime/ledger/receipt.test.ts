import { describe, expect, test } from "vitest";
import { awaitedReceipt, collectedReceipt } from "../../../lambdas/runtime/ledger/arrival.ts";
import { expectedDeliveries } from "../../../lambdas/runtime/ledger/notice.ts";
import { receiptsOf } from "../../../lambdas/runtime/ledger/outcome.ts";
import { type DeliveryReceipt, deliveryAfter } from "../../../lambdas/runtime/ledger/receipt.ts";
import type {
  ClaimItem,
  CollectedEventItem,
  DeadLetterItem,
  QuarantineItem,
} from "../../../lib/contract/table.ts";

const [FIRST, SECOND, THIRD] = [1, 2, 3].map((second) => `2026-11-21T10:00:0${second}.000Z`) as [
  string,
  string,
  string,
];
const event = {
  id: "e1",
  name: "film.released",
  source: "studio",
  time: FIRST,
  correlation: "c1",
  version: 1,
  hops: 0,
};
const about = { event: "e1", name: "film.released", source: "studio", correlation: "c1", publishedAt: FIRST };

describe("what a receipt writes", () => {
  const writtenBy = (more: Partial<DeliveryReceipt> = {}) =>
    deliveryAfter({ ...about, subscriber: "show", state: "received", at: FIRST, ...more }, 90);

  test("has a key, and is kept for the retention from its last time", () => {
    const kept = (time: string) => Math.ceil(Date.parse(time) / 1000) + 90 * 86_400;
    expect(writtenBy()).toMatchObject({ pk: "delivery#e1", sk: "show", kind: "delivery", changedAt: FIRST });
    expect(writtenBy({ receivedAt: SECOND })).toMatchObject({ changedAt: SECOND, expiresAt: kept(SECOND) });
    expect(writtenBy({ receivedAt: SECOND, concludedAt: THIRD })).toMatchObject({
      changedAt: THIRD,
      expiresAt: kept(THIRD),
    });
  });

  test("counts more the further it is, and of the same status the later one", () => {
    const states = ["published", "received", "quarantined", "failed", "dead", "duplicate", "done"] as const;
    const progress = states.map((state) => writtenBy({ state }).progress);
    expect(progress).toEqual(progress.toSorted());
    expect(new Set(progress).size).toBe(states.length);
    expect(writtenBy({ at: SECOND }).progress > writtenBy({ at: FIRST }).progress).toBe(true);
  });

  test.each([
    ["quarantined", true],
    ["failed", true],
    ["dead", true],
    ["received", false],
    ["done", false],
    ["duplicate", false],
  ] as const)("that is %s is in the list of problems: %s, unless it is closed", (state, isListed) => {
    const listed = writtenBy({ state, concludedAt: SECOND });
    expect(listed.list?.startsWith("delivery-problem#") ?? false).toBe(isListed);
    expect(listed.listedAt).toBe(isListed ? SECOND : undefined);
    expect(writtenBy({ state, closed: true })).not.toHaveProperty("list");
  });
});

test("an event that is stored for waits has been received and is done", () => {
  expect(awaitedReceipt(event, "millrace.waits", Date.parse(SECOND))).toEqual({
    ...about,
    subscriber: "millrace.waits",
    state: "done",
    at: FIRST,
    receivedAt: SECOND,
    concludedAt: SECOND,
  });
});

test("an event that waits for its batch is received", () => {
  const item = { event, workflow: "index", acceptedAt: SECOND } as CollectedEventItem;
  expect(collectedReceipt(item)).toMatchObject({
    ...about,
    subscriber: "index",
    state: "received",
    at: SECOND,
  });
});

test.each(["{}", '{"within":7,"id":"e"}', '{"within":{"show":1}}', '{"within":{"show":1},"id":7}'])(
  "a message that no rule of the ledger writes is refused as such: %s",
  (body) => {
    expect(() => expectedDeliveries(body, 0, 90)).toThrow("not what a rule of the ledger writes");
  },
);

test("metadata that is missing is none, and other metadata is kept", () => {
  const expected = (millrace: unknown) => {
    const body = {
      within: { show: 1 },
      replay: "",
      id: "b",
      "detail-type": "n",
      source: "s",
      detail: { millrace },
    };
    return expectedDeliveries(JSON.stringify(body), 0, 90)[0]!.event;
  };
  expect(expected("")).toBe("b");
  expect(expected({ id: "own" })).toBe("own");
});

describe("a reaction's claim", () => {
  const claim = (more: Partial<ClaimItem> = {}) =>
    ({
      kind: "claim",
      step: "bill",
      run: "r",
      correlation: "c1",
      state: "done",
      startedAt: FIRST,
      endedAt: SECOND,
      attempt: 2,
      handled: event,
      ...more,
    }) as ClaimItem;

  test.each<[string, ClaimItem | undefined, Partial<ClaimItem>, boolean]>([
    ["that ends", claim({ state: "running", endedAt: undefined }), {}, true],
    ["that ends and was not seen before", undefined, {}, true],
    ["that failed before", claim({ state: "failed" }), {}, true],
    ["that ends again later", claim({ endedAt: FIRST }), {}, true],
    ["whose end is unchanged", claim(), {}, false],
    ["that runs again after a failure", claim({ state: "failed" }), { state: "running" }, false],
    ["that is sealed", claim(), { state: "sealed" }, false],
    ["without an end", undefined, { endedAt: undefined }, false],
  ])("%s has a receipt: %#", (_, before, more, expected) => {
    expect(receiptsOf(before, claim(more))).toHaveLength(expected ? 1 : 0);
  });

  test("that is done is done, though an earlier failure is still in it", () => {
    const failure = { policy: "retry", name: "x", message: "y", after: 5 } as const;
    expect(receiptsOf(undefined, claim({ failure }))).toMatchObject([{ state: "done", concludedAt: SECOND }]);
  });

  test("that failed without a reason has failed for good", () => {
    expect(receiptsOf(undefined, claim({ state: "failed", failure: undefined }))).toMatchObject([
      { state: "failed", concludedAt: SECOND, why: undefined },
    ]);
  });
});

describe.each(["quarantine", "dead-letter"] as const)("an item of kind %s", (kind) => {
  const item = (more: object = {}) =>
    ({
      kind,
      event,
      subscriber: "show",
      diedAt: FIRST,
      quarantinedAt: FIRST,
      receives: 10,
      reason: "why",
      findings: [],
      ...more,
    }) as unknown as QuarantineItem | DeadLetterItem;
  const resolved = (at: string) => ({ resolved: { by: "ada", why: "ok", as: "discarded", at } }) as object;

  test.each<[string, object | undefined, object, boolean]>([
    ["that is new", undefined, {}, true],
    ["that was there before", item(), {}, false],
    ["that is resolved", item(), resolved(SECOND), true],
    ["that was resolved before", item(resolved(SECOND)), resolved(SECOND), false],
    ["that is resolved again", item(resolved(SECOND)), resolved(THIRD), true],
    ["that is new and resolved", undefined, resolved(SECOND), true],
    ["that is open again", item(resolved(SECOND)), {}, true],
    ["of no event", undefined, { event: undefined }, false],
    ["of Millrace's own event", undefined, { event: { ...event, source: "millrace" } }, false],
  ])("%s has a receipt: %#", (_, before, more, expected) => {
    expect(receiptsOf(before as never, item(more))).toHaveLength(expected ? 1 : 0);
  });

  test("is open until it is resolved, at the time of each", () => {
    expect(receiptsOf(undefined, item())).toMatchObject([{ at: FIRST, concludedAt: FIRST }]);
    expect(receiptsOf(undefined, item())[0]).not.toHaveProperty("closed");
    expect(receiptsOf(item(), item(resolved(SECOND)))).toMatchObject([
      { at: SECOND, concludedAt: SECOND, closed: true, why: expect.stringContaining("discarded by ada: ok") },
    ]);
  });
});

test("an item of any other kind says nothing about deliveries", () => {
  expect(receiptsOf(undefined, { kind: "command" } as never)).toEqual([]);
  expect(receiptsOf(undefined, undefined)).toEqual([]);
});
