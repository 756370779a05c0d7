import { describe, expect, test } from "vitest";
import { duplicateMark, waitingMark } from "../../../lambdas/runtime/ledger/arrival.ts";
import { markOf } from "../../../lambdas/runtime/ledger/outcome.ts";
import type {
  ClaimItem,
  ParkedItem,
  QuarantineItem,
  RunItem,
  TableItem,
} from "../../../lib/contract/table.ts";

const event = {
  ...{ id: "e1", name: "film.released", source: "studio", time: "2026-11-21T10:00:00.000Z" },
  ...{ correlation: "c1", version: 1, hops: 0 },
};
const delivery = {
  ...{ event: "e1", name: "film.released", source: "studio", correlation: "c1" },
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

  test("that begins, or is passed over, has taken up its event", () => {
    for (const status of ["running", "terminated"] as const)
      expect(markOf(run({ status: "accepted" }), run({ status }))).toEqual({
        ...done,
        ...{ receivedAt: ACCEPTED, settledAt: STARTED },
      });
  });

  test("is marked once: neither before nor after", () => {
    expect(markOf(undefined, run({ status: "accepted" }))).toBeUndefined();
    expect(markOf(run({ status: "accepted" }), run({ status: "accepted", held: "paused" }))).toBeUndefined();
    expect(markOf(run({ status: "running" }), run({ status: "succeeded" }))).toBeUndefined();
    expect(markOf(run({ status: "running" }), undefined)).toBeUndefined();
  });

  test("whose change is told late says the same of the fact", () => {
    const late = markOf(undefined, run({ status: "succeeded", changedAt: ENDED }));
    expect(late).toMatchObject(done);
  });

  test("that nobody's event began has no delivery", () => {
    const asked = { ...event, source: "millrace" };
    expect(markOf(run({ status: "accepted" }), run({ status: "running", event: asked }))).toBeUndefined();
    expect(waitingMark(run({ status: "accepted", event: asked }))).toBeUndefined();
  });

  test("that waits is received", () => {
    expect(waitingMark(run({ status: "accepted" }))).toEqual({
      ...{ ...delivery, subscriber: "show", run: "r" },
      ...{ state: "received", at: ACCEPTED, receivedAt: ACCEPTED },
    });
  });
});

describe("a reaction", () => {
  const claim = (more: Partial<ClaimItem>) =>
    ({
      ...{ kind: "claim", run: "h", step: "archive", correlation: "c1", attempt: 2, startedAt: STARTED },
      handled: { id: "e1", name: "film.released", source: "studio", time: event.time, payload: "p" },
      ...more,
    }) as ClaimItem;
  const failure = { path: "archive", attempt: 2, name: "Jam", message: "The reel is jammed." };
  const marked = {
    ...{ ...delivery, subscriber: "archive", run: "h", attempts: 2 },
    ...{ at: ENDED, receivedAt: STARTED },
  };

  test("has handled its event", () => {
    const after = claim({ state: "done", endedAt: ENDED });
    expect(markOf(claim({ state: "running" }), after)).toEqual({
      ...marked,
      state: "done",
      settledAt: ENDED,
    });
  });

  test("that is to be tried again answers for its event; that has no further try has failed", () => {
    const why = "Jam: The reel is jammed.";
    const failed = (after?: number) =>
      claim({ state: "failed", endedAt: ENDED, failure: { ...failure, reaction: "retry", after } });
    expect(markOf(claim({ state: "running" }), failed(2_000))).toEqual({ ...marked, state: "received", why });
    expect(markOf(claim({ state: "running" }), failed())).toEqual({
      ...{ ...marked, state: "failed", why, settledAt: ENDED },
    });
  });

  test("says nothing while it runs, when only its mark is taken off, and where it is a run's step", () => {
    const done = claim({ state: "done", endedAt: ENDED });
    expect(markOf(undefined, claim({ state: "running" }))).toBeUndefined();
    expect(markOf(done, { ...done, unpublished: undefined })).toBeUndefined();
    expect(markOf(claim({ state: "running" }), { ...done, handled: undefined })).toBeUndefined();
  });

  test("that is parked has received its event; a step's message that is parked was none", () => {
    const parked = {
      ...{ kind: "parked", run: "h", step: "archive", reason: "subscriber paused", parkedAt: STARTED },
    } as ParkedItem;
    expect(markOf(undefined, parked)).toBeUndefined();
    expect(markOf(undefined, { ...parked, event })).toEqual({
      ...{ ...delivery, subscriber: "archive", run: "h", state: "received" },
      ...{ at: STARTED, receivedAt: STARTED, why: "subscriber paused" },
    });
  });
});

describe("an event in quarantine", () => {
  const item = {
    ...{ kind: "quarantine", subscriber: "show", reason: "contract", quarantinedAt: STARTED },
    ...{ findings: [{ path: "film", message: "This must be a text." }], event },
  } as unknown as QuarantineItem;
  const quarantined = { ...delivery, subscriber: "show", state: "quarantined", receivedAt: STARTED };

  test("is marked with the reason", () => {
    expect(markOf(undefined, item)).toEqual({
      ...{ ...quarantined, at: STARTED, settledAt: STARTED, why: "contract: This must be a text." },
    });
  });

  test("that somebody has settled is closed", () => {
    const settled = { as: "discarded", by: "ada", why: "a test", key: "k", at: ENDED } as const;
    expect(markOf(item, { ...item, settled })).toEqual({
      ...{ ...quarantined, at: ENDED, settledAt: ENDED, closed: true },
      why: "contract; discarded by ada: a test",
    });
  });

  test("that was no event, or none of a producer, has no delivery", () => {
    expect(markOf(undefined, { ...item, event: undefined })).toBeUndefined();
    expect(markOf(undefined, { ...item, event: { ...event, source: "millrace" } })).toBeUndefined();
  });
});

test("a dead letter's event is dead, until it is settled or something better is known", () => {
  const item = {
    ...{ kind: "dead-letter", subscriber: "archive", event, receives: 3, reason: "Jam.", diedAt: ENDED },
  } as unknown as TableItem;
  expect(markOf(undefined, item)).toMatchObject({
    ...delivery,
    state: "dead",
    at: ENDED,
    attempts: 3,
    why: "Jam.",
  });
});

test("an event of an identity that another had is a duplicate; the same once more, or Millrace's own, is none", () => {
  const met = { first: "e0", subscriber: "show", run: "r" };
  const now = Date.parse(ENDED);
  expect(duplicateMark(event, met, now)).toEqual({
    ...{ ...delivery, subscriber: "show", run: "r", state: "duplicate", at: event.time },
    ...{ receivedAt: ENDED, settledAt: ENDED, why: "Event e0 with the same identity arrived first." },
  });
  expect(duplicateMark(event, { ...met, first: "e1" }, now)).toBeUndefined();
  expect(duplicateMark({ ...event, source: "millrace" }, met, now)).toBeUndefined();
});
