import { describe, expect, test } from "vitest";
import type { ClaimRequest, RecordedEnd } from "../../../lambdas/runtime/ports/claims.ts";
import {
  isInDoubt,
  isSealable,
  isTakenOver,
  mayClaim,
  mayRecord,
  recordRefusedBy,
  refusedBy,
  takesOver,
} from "../../../lambdas/runtime/work/claim.ts";
import {
  adopt,
  claim,
  complete,
  fail,
  record,
  release,
  reuse,
  seal,
  takeOver,
} from "../../../lambdas/runtime/work/claim-changes.ts";
import { claimed, recorded } from "../../../lambdas/runtime/work/claim-fields.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const at = { now: NOW, time: "2026-11-21T10:00:00.000Z" };
const key = claimKey("r", 1, "a");
const FAILURE = { policy: "retry", name: "x", message: "y" } as const;
const ASK = { policy: "ask", name: "x", message: "y" } as const;
const held = (more: object = {}) =>
  ({
    ...key,
    kind: "claim",
    run: "r",
    epoch: 1,
    path: "a",
    direction: "do",
    state: "running",
    owner: "me",
    lease: NOW + 1,
    fence: 5,
    ...more,
  }) as ClaimItem;
const request = (more: Partial<ClaimRequest> = {}): ClaimRequest => ({
  key,
  owner: "me",
  lease: NOW + 9,
  fence: 5,
  takeover: true,
  about: { run: "r", epoch: 1, path: "a" } as ClaimRequest["about"],
  ...more,
});

describe("a claim may be taken", () => {
  test.each<[string, ClaimItem | undefined, Partial<ClaimRequest>, boolean]>([
    ["if there is none", undefined, {}, true],
    ["if it was released", held({ state: undefined }), {}, true],
    ["after a failed attempt", held({ state: "failed" }), { fence: 6 }, true],
    ["not in the attempt that failed", held({ state: "failed" }), {}, false],
    ["by the worker that has it: the answer was lost", held(), { takeover: false }, true],
    ["not from another worker during its lease", held({ owner: "other" }), {}, false],
    ["from another worker after its lease", held({ owner: "other", lease: NOW }), {}, true],
    ["not where a person has to be asked", held({ owner: "other", lease: NOW }), { takeover: false }, false],
    ["not if it is done", held({ state: "done" }), {}, false],
    ["not if it is sealed", held({ state: "sealed" }), {}, false],
  ])("%s", (_, prior, more, expected) => {
    expect(mayClaim(prior, request(more), NOW)).toBe(expected);
  });

  test.each<[string, ClaimItem, boolean]>([
    ["from a worker whose lease has ended", held({ owner: "other", lease: NOW }), true],
    ["not from a worker that may still run", held({ owner: "other" }), false],
    ["not from its own worker", held({ lease: NOW }), false],
    ["not from an attempt that has failed", held({ owner: "other", lease: NOW, state: "failed" }), false],
  ])("over: %s", (_, prior, expected) => {
    expect(takesOver(prior, request(), NOW)).toBe(expected);
    expect(takesOver(prior, request({ takeover: false }), NOW)).toBe(false);
  });

  test("once: a repetition by its owner changes nothing", () => {
    expect(claim(held(), request(), at)).toEqual({ answer: { kind: "claimed" } });
  });

  test("by the owner of its failed attempt, like any other", () => {
    const { becomes, answer } = claim(
      held({ state: "failed", failure: FAILURE, endedAt: at.time }),
      request({ fence: 6 }),
      at,
    );
    expect(answer).toEqual({ kind: "claimed" });
    expect(becomes).toMatchObject({ state: "running", fence: 6, startedAt: at.time });
    expect(becomes).not.toHaveProperty("failure");
    expect(becomes).not.toHaveProperty("endedAt");
    expect(becomes).not.toHaveProperty("doubt");
  });

  test("for the first time, which leaves no doubt", () => {
    expect(claimed(request(), at.time).set.doubt).toBeUndefined();
  });

  test("over, after which its outcome is in doubt", () => {
    const { becomes, answer } = claim(held({ owner: "other", lease: NOW }), request(), at);
    expect(answer).toEqual({ kind: "claimed", tookOver: true });
    expect(becomes).toMatchObject({ owner: "me", doubt: at.time });
  });
});

test.each<[string, RecordedEnd, string[]]>([
  ["removes an earlier failure and a doubt", { state: "done" } as RecordedEnd, ["failure", "doubt"]],
  ["with a failure removes a doubt alone", { state: "failed", failure: FAILURE } as RecordedEnd, ["doubt"]],
])("an end without a claim %s", (_, end, removed) => {
  expect(recorded(request(), at.time, end, at.time).remove).toEqual(removed);
});

describe("a claim that may not be taken shows", () => {
  test.each<[string, ClaimItem, object]>([
    ["its result", held({ state: "done", result: 1 }), { kind: "done", result: 1 }],
    ["its failure", held({ state: "failed", failure: FAILURE }), { kind: "failed", failure: FAILURE }],
    ["that a worker holds it", held(), { kind: "held", lease: NOW + 1 }],
    ["that its worker died", held({ lease: NOW }), { kind: "expired", owner: "me" }],
    ["that the run is ending", held({ state: "sealed", owner: undefined }), { kind: "sealed" }],
    [
      "that the outcome is unknown",
      held({ state: "sealed" }),
      { kind: "in doubt", owner: "me", lease: NOW + 1 },
    ],
    [
      "that it is unknown without a lease",
      held({ state: "sealed", lease: undefined }),
      {
        kind: "in doubt",
        owner: "me",
        lease: 0,
      },
    ],
  ])("%s", (_, prior, expected) => {
    expect(refusedBy(prior, NOW)).toEqual(expected);
  });

  test("an attempt that needs no claim the same, except that nothing is in doubt", () => {
    expect(recordRefusedBy(held({ state: "sealed" }), NOW)).toEqual({ kind: "sealed" });
    expect(recordRefusedBy(held({ state: "done", result: 1 }), NOW)).toEqual({ kind: "done", result: 1 });
    expect(recordRefusedBy(held(), NOW)).toEqual({ kind: "held", lease: NOW + 1 });
  });
});

test.each<[string, object, boolean]>([
  ["while its worker may report", {}, true],
  ["no longer after it reported", { late: 1 }, false],
  ["no longer after it failed", { failure: FAILURE }, false],
  ["not without a worker", { owner: undefined }, false],
  ["after an attempt that may have succeeded", { owner: undefined, doubt: at.time, failure: FAILURE }, true],
  ["no longer once a person is asked", { doubt: at.time, failure: ASK }, false],
  ["not as an undo", { direction: "undo" }, false],
  ["not before it is sealed", { state: "running" }, false],
])("a sealed effect is in doubt %s", (_, more, expected) => {
  expect(isInDoubt(held({ state: "sealed", ...more }))).toBe(expected);
});

test.each<[string, object, boolean]>([
  ["a claim that runs", {}, true],
  ["a failed one", { state: "failed" }, true],
  ["a released one", { state: undefined }, false],
  ["a released one that may have happened", { state: undefined, doubt: at.time }, true],
  ["a done one", { state: "done" }, false],
  ["a sealed one", { state: "sealed" }, false],
  ["an undo", { direction: "undo" }, false],
])("the end of a run seals %s: %s", (_, more, expected) => {
  const prior = held(more);
  expect(isSealable(prior)).toBe(expected);
  expect(seal(prior)).toEqual(
    expected ? { becomes: { ...prior, state: "sealed" }, answer: undefined } : { answer: undefined },
  );
});

test("nothing is sealed without a claim", () => expect(seal(undefined)).toEqual({ answer: undefined }));

test.each<[string, object, boolean]>([
  ["of a run that began without one", {}, true],
  ["and none of a run that began with one", { run: {} }, false],
  ["and not by the walk of that run itself", { express: {} }, false],
  ["and no undo", { direction: "undo" }, false],
])("an execution takes over a message %s", (_, more, expected) => {
  expect(isTakenOver({ run: { express: true }, direction: "do", ...more } as never as StepMessage)).toBe(
    expected,
  );
});

describe("the end of an attempt", () => {
  const said = { result: 1, emitted: [], undo: undefined };
  const lost = { answer: "lost" };

  test.each<[string, ClaimItem | undefined, object]>([
    ["is lost without a claim", undefined, lost],
    ["is lost after another worker took the claim", held({ owner: "other" }), lost],
    ["is lost after a failure", held({ state: "failed" }), lost],
    ["is lost after a release", held({ state: undefined }), lost],
    ["completed before: the answer was lost", held({ state: "done" }), { answer: "completed" }],
    ["was late before: the answer was lost", held({ state: "sealed", late: 2 }), { answer: "late" }],
    [
      "is late after the seal",
      held({ state: "sealed" }),
      {
        answer: "late",
        becomes: held({ state: "sealed", late: 1, undo: undefined, endedAt: at.time }),
      },
    ],
    [
      "completes",
      held({ doubt: at.time }),
      {
        answer: "completed",
        becomes: held({ state: "done", ...said, emitted: undefined, endedAt: at.time }),
      },
    ],
  ])("%s", (_, prior, expected) => {
    expect(complete(prior, "me", said, at)).toEqual(expected);
  });

  test("keeps the events that it emits", () => {
    const emitted = [{ id: "e" }] as never;
    expect(complete(held(), "me", { ...said, emitted }, at).becomes).toMatchObject({ emitted });
    expect(complete(held(), "me", said, at).becomes!.emitted).toBeUndefined();
  });

  const effect = held({ epoch: 1, state: "done", result: 7, undo: { step: "u", input: 1 } });
  test.each<[string, ClaimItem | undefined, boolean, object]>([
    ["without a claim", undefined, false, lost],
    ["of another worker", held({ owner: "other" }), false, lost],
    ["that failed", held({ state: "failed" }), false, lost],
    ["that is done: the answer was lost", held({ state: "done" }), true, { answer: "completed" }],
    ["whose effect is being undone", held(), true, { answer: "undo begun" }],
    [
      "of its own",
      held({ epoch: 2 }),
      false,
      {
        answer: "completed",
        becomes: held({
          epoch: 2,
          state: "done",
          result: 7,
          undo: effect.undo,
          reusedFrom: 1,
          endedAt: at.time,
        }),
      },
    ],
  ])("reuses an earlier effect for a claim %s", (_, prior, undoBegun, expected) => {
    expect(reuse(prior, "me", effect, undoBegun, at)).toEqual(expected);
  });

  test.each<[string, ClaimItem | undefined, boolean, object]>([
    ["no claim", undefined, false, { answer: false }],
    ["no claim of another worker", held({ owner: "other" }), false, { answer: false }],
    ["no claim that is done", held({ state: "done" }), false, { answer: false }],
    ["a claim that has failed: the answer was lost", held({ state: "failed" }), false, { answer: true }],
    [
      "its claim",
      held(),
      false,
      {
        answer: true,
        becomes: held({ state: "failed", failure: FAILURE, endedAt: at.time }),
      },
    ],
    [
      "its claim, in doubt",
      held(),
      true,
      {
        answer: true,
        becomes: held({ state: "failed", failure: FAILURE, doubt: at.time, endedAt: at.time }),
      },
    ],
    [
      "a sealed claim, whose doubt is over",
      held({ state: "sealed", doubt: at.time }),
      false,
      {
        answer: false,
        becomes: held({ state: "sealed", failure: FAILURE, asked: undefined, endedAt: at.time }),
      },
    ],
  ])("fails %s", (_, prior, inDoubt, expected) => {
    expect(fail(prior, "me", FAILURE, inDoubt, at)).toEqual(expected);
  });

  test("asks a person about a sealed claim", () => {
    expect(fail(held({ state: "sealed" }), "me", ASK, false, at).becomes).toMatchObject({ asked: true });
  });

  test.each<[string, ClaimItem | undefined, object | undefined]>([
    ["no claim", undefined, undefined],
    ["no claim of another worker", held({ owner: "other" }), undefined],
    ["no claim that failed", held({ state: "failed" }), undefined],
    ["its claim", held(), { state: undefined, owner: undefined, lease: undefined }],
    [
      "a sealed claim in doubt, which stays sealed",
      held({ state: "sealed", doubt: at.time }),
      {
        state: "sealed",
        owner: undefined,
        lease: undefined,
        doubt: at.time,
      },
    ],
  ])("releases %s", (_, prior, more) => {
    const expected = more && { ...held(), ...more };
    expect(release(prior, "me").becomes).toEqual(expected);
  });

  test.each<[string, ClaimItem | undefined, object]>([
    [
      "a failure of this fence",
      held({ state: "failed" }),
      { becomes: held({ state: "failed", fence: 8 }), answer: true },
    ],
    ["one that was adopted: the answer was lost", held({ state: "failed", fence: 8 }), { answer: true }],
    ["no failure of another fence", held({ state: "failed", fence: 6 }), { answer: false }],
    ["no claim that runs", held(), { answer: false }],
    ["nothing", undefined, { answer: false }],
  ])("of a run without an execution is adopted: %s", (_, prior, expected) => {
    expect(adopt(prior, 5, 8)).toEqual(expected);
  });
});

describe("a claim in doubt", () => {
  const sealed = held({ state: "sealed", owner: "gone" });
  const mine = request({ owner: "new" });

  test.each<[string, ClaimItem | undefined, string | undefined, object]>([
    [
      "from the worker that had it",
      sealed,
      "gone",
      { becomes: { ...sealed, owner: "new", lease: mine.lease }, answer: true },
    ],
    ["not from another worker", sealed, "other", { answer: false }],
    ["once: the answer was lost", held({ state: "sealed", owner: "new" }), "gone", { answer: true }],
    ["not if it is known how it ended", held({ state: "done", owner: "gone" }), "gone", { answer: false }],
    ["not without a claim", undefined, undefined, { answer: false }],
  ])("is taken over %s", (_, prior, from, expected) => {
    expect(takeOver(prior, from, mine)).toEqual(expected);
  });
});

describe("the end of an attempt without a claim is recorded", () => {
  const done = { state: "done", result: 1 } as never as Parameters<typeof record>[3];
  const failed = { state: "failed", failure: FAILURE } as never as Parameters<typeof record>[3];
  const other = { owner: "other" };

  test.each<[string, ClaimItem | undefined, typeof done, boolean]>([
    ["if there is none", undefined, failed, true],
    ["if it was released", held({ state: undefined }), failed, true],
    ["by its writer: the answer was lost", held({ state: "done" }), done, true],
    ["and no other result over it", held({ state: "done", ...other }), done, false],
    ["and no failure over a result of its own", held({ state: "done" }), failed, false],
    ["over a failure, if it is a result", held({ state: "failed", ...other }), done, true],
    ["over a failure of an earlier attempt", held({ state: "failed", fence: 4, ...other }), failed, true],
    ["and no failure over one of the same attempt", held({ state: "failed", ...other }), failed, false],
    ["over a claim of an earlier version, after its lease", held({ lease: NOW, ...other }), done, true],
    ["and not during its lease", held(other), done, false],
    ["and not if it is sealed", held({ state: "sealed", lease: NOW, ...other }), done, false],
  ])("%s", (_, prior, end, expected) => {
    expect(mayRecord(prior, { owner: "me", fence: 5 }, end, NOW)).toBe(expected);
  });

  test("once: a repetition by its writer changes nothing", () => {
    expect(record(held({ state: "done" }), request(), at.time, done, at)).toEqual({ answer: undefined });
    const { becomes } = record(held({ state: "done", ...other }), request(), at.time, done, at);
    expect(becomes).toBeUndefined();
  });

  test("with what it says, and without what was before", () => {
    const prior = held({ state: "failed", failure: FAILURE, doubt: at.time, ...other });
    const { becomes, answer } = record(prior, request({ fence: 6 }), "began", done, at);
    expect(answer).toBeUndefined();
    expect(becomes).toEqual({
      ...held({ fence: 6, lease: NOW + 9, startedAt: "began", endedAt: at.time }),
      ...done,
    });
  });

  test("and refused with what was found", () => {
    const prior = held({ state: "done", result: 3, ...other });
    expect(record(prior, request(), at.time, failed, at).answer).toEqual({ kind: "done", result: 3 });
  });
});
