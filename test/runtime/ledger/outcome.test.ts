import { describe, expect, test } from "vitest";
import { duplicateReceipt, waitingReceipts } from "../../../lambdas/runtime/ledger/arrival.ts";
import { receiptsOf } from "../../../lambdas/runtime/ledger/outcome.ts";
import type {
  ClaimItem,
  DeferredItem,
  QuarantineItem,
  RunItem,
  TableItem,
} from "../../../lib/contract/table.ts";

/** The receipt of a change that is about one event. */
function receiptOf(...change: Parameters<typeof receiptsOf>) {
  const receipts = receiptsOf(...change);
  expect(receipts.length).toBeLessThan(2);
  return receipts[0];
}

const waitingReceipt = (item: RunItem) => waitingReceipts(item)[0];

const event = {
  id: "e1",
  name: "film.released",
  source: "studio",
  time: "2026-11-21T10:00:00.000Z",
  correlation: "c1",
  version: 1,
  hops: 0,
};
const delivery = {
  event: "e1",
  name: "film.released",
  source: "studio",
  correlation: "c1",
  publishedAt: "2026-11-21T10:00:00.000Z",
};
const [ACCEPTED, STARTED, ENDED] = [1, 2, 3].map((second) => `2026-11-21T10:00:0${second}.000Z`) as [
  string,
  string,
  string,
];

describe("a run", () => {
  const run = (more: Partial<RunItem>) =>
    ({
      kind: "run",
      run: "r",
      workflow: "show",
      event,
      acceptedAt: ACCEPTED,
      changedAt: STARTED,
      ...more,
    }) as RunItem;
  const done = { ...delivery, subscriber: "show", run: "r", state: "done", at: ACCEPTED };

  test("that begins, or is skipped, has received its event", () => {
    for (const status of ["running", "terminated"] as const)
      expect(receiptOf(run({ status: "accepted" }), run({ status }))).toEqual({
        ...done,
        receivedAt: ACCEPTED,
        concludedAt: STARTED,
      });
  });

  test("gets a receipt once: neither before nor after", () => {
    expect(receiptOf(undefined, run({ status: "accepted" }))).toBeUndefined();
    expect(
      receiptOf(run({ status: "accepted" }), run({ status: "accepted", held: "paused" })),
    ).toBeUndefined();
    expect(receiptOf(run({ status: "running" }), run({ status: "succeeded" }))).toBeUndefined();
    expect(receiptOf(run({ status: "running" }), undefined)).toBeUndefined();
  });

  test("whose change is published late has the same time of the fact", () => {
    const late = receiptOf(undefined, run({ status: "succeeded", changedAt: ENDED }));
    expect(late).toMatchObject(done);
  });

  test("that no event began has no delivery", () => {
    const asked = { ...event, source: "millrace" };
    expect(receiptOf(run({ status: "accepted" }), run({ status: "running", event: asked }))).toBeUndefined();
    expect(waitingReceipt(run({ status: "accepted", event: asked }))).toBeUndefined();
  });

  test("that waits is received", () => {
    expect(waitingReceipt(run({ status: "accepted" }))).toEqual({
      ...delivery,
      subscriber: "show",
      run: "r",
      state: "received",
      at: ACCEPTED,
      receivedAt: ACCEPTED,
    });
  });
});

describe("a reaction", () => {
  const claim = (more: Partial<ClaimItem>) =>
    ({
      kind: "claim",
      run: "h",
      step: "archive",
      correlation: "c1",
      attempt: 2,
      startedAt: STARTED,
      handled: { id: "e1", name: "film.released", source: "studio", time: event.time, payload: "p" },
      ...more,
    }) as ClaimItem;
  const failure = { path: "archive", attempt: 2, name: "Jam", message: "The reel is jammed." };
  const marked = {
    ...delivery,
    subscriber: "archive",
    run: "h",
    attempts: 2,
    at: ENDED,
    receivedAt: STARTED,
  };

  test("has handled its event", () => {
    const after = claim({ state: "done", endedAt: ENDED });
    expect(receiptOf(claim({ state: "running" }), after)).toEqual({
      ...marked,
      state: "done",
      concludedAt: ENDED,
    });
  });

  test("with a further attempt is responsible for its event; without one, it has failed", () => {
    const why = "Jam: The reel is jammed.";
    const failed = (after?: number) =>
      claim({ state: "failed", endedAt: ENDED, failure: { ...failure, policy: "retry", after } });
    expect(receiptOf(claim({ state: "running" }), failed(2_000))).toEqual({
      ...marked,
      state: "received",
      why,
    });
    expect(receiptOf(claim({ state: "running" }), failed())).toEqual({
      ...marked,
      state: "failed",
      why,
      concludedAt: ENDED,
    });
  });

  test("has no receipt while it runs, when only its mark is removed, and if it is a run's step", () => {
    const done = claim({ state: "done", endedAt: ENDED });
    expect(receiptOf(undefined, claim({ state: "running" }))).toBeUndefined();
    expect(receiptOf(done, { ...done, unpublished: undefined })).toBeUndefined();
    expect(receiptOf(claim({ state: "running" }), { ...done, handled: undefined })).toBeUndefined();
  });

  test("that is deferred has received its event; a step's deferred message was no delivery", () => {
    const deferred = {
      kind: "deferred",
      run: "h",
      step: "archive",
      reason: "subscriber paused",
      deferredAt: STARTED,
    } as DeferredItem;
    expect(receiptOf(undefined, deferred)).toBeUndefined();
    expect(receiptOf(undefined, { ...deferred, event })).toEqual({
      ...delivery,
      subscriber: "archive",
      run: "h",
      state: "received",
      at: STARTED,
      receivedAt: STARTED,
      why: "subscriber paused",
    });
  });
});

describe("an event in quarantine", () => {
  const item = {
    kind: "quarantine",
    subscriber: "show",
    reason: "contract",
    quarantinedAt: STARTED,
    findings: [{ path: "film", message: "This must be a text." }],
    event,
  } as unknown as QuarantineItem;
  const quarantined = { ...delivery, subscriber: "show", state: "quarantined", receivedAt: STARTED };

  test("gets a receipt with the reason", () => {
    expect(receiptOf(undefined, item)).toEqual({
      ...quarantined,
      at: STARTED,
      concludedAt: STARTED,
      why: "contract: This must be a text.",
    });
  });

  test("that is resolved is closed", () => {
    const resolved = { as: "discarded", by: "ada", why: "a test", key: "k", at: ENDED } as const;
    expect(receiptOf(item, { ...item, resolved })).toEqual({
      ...quarantined,
      at: ENDED,
      concludedAt: ENDED,
      closed: true,
      why: "contract; discarded by ada: a test",
    });
  });

  test("that was no event, or none of a producer, has no delivery", () => {
    expect(receiptOf(undefined, { ...item, event: undefined })).toBeUndefined();
    expect(receiptOf(undefined, { ...item, event: { ...event, source: "millrace" } })).toBeUndefined();
  });
});

test("a dead letter's event is dead, until it is resolved or has a better status", () => {
  const item = {
    kind: "dead-letter",
    subscriber: "archive",
    event,
    receives: 3,
    reason: "Jam.",
    diedAt: ENDED,
  } as unknown as TableItem;
  expect(receiptOf(undefined, item)).toMatchObject({
    ...delivery,
    state: "dead",
    at: ENDED,
    attempts: 3,
    why: "Jam.",
  });
});

test("an event with the identity of an earlier one is a duplicate; the same again, or Millrace's own, is none", () => {
  const met = { first: "e0", subscriber: "show", run: "r" };
  const now = Date.parse(ENDED);
  expect(duplicateReceipt(event, met, now)).toEqual({
    ...delivery,
    subscriber: "show",
    run: "r",
    state: "duplicate",
    at: event.time,
    receivedAt: ENDED,
    concludedAt: ENDED,
    why: "Event e0 with the same identity arrived first.",
  });
  expect(duplicateReceipt(event, { ...met, first: "e1" }, now)).toBeUndefined();
  expect(duplicateReceipt({ ...event, source: "millrace" }, met, now)).toBeUndefined();
});
